/* SPDX-License-Identifier: MIT */
#include "routed_account.h"

#include <kernel/client.h>

#include "init.h"

enum status routed_account_create(struct routed_session *session)
{
	struct env *env = session->init->env;

	if (session->caps < ROUTED_OVERHEAD_CAPS)
		return ERR_INSUFFICIENT_CAPS;

	const struct charge_create_account_params params = {
		.ram = session->ram - ROUTED_OVERHEAD_RAM,
		.caps = session->caps - ROUTED_OVERHEAD_CAPS,
		.charge_only = true, /* copies of it are the server's */
	};
	struct charge_create_account_results made;
	const enum status status = charge_create_account(&env->ipc, env->account, &params, &made);

	if (status == OK)
		session->account = made.account;
	return status;
}

void routed_account_destroy(struct routed_session *session)
{
	ipc_drop(&session->init->env->ipc, session->account); /* init owns it: that is its end */
	session->account = CAP_NULL;
}
