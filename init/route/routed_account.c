/* SPDX-License-Identifier: MIT */
#include "routed_account.h"

#include <kernel/client.h>

#include "init.h"

enum status routed_account_create(struct routed_session *session)
{
	struct env *env = session->init->env;
	struct charge_create_account_results made;
	struct self_derive_results facet;
	enum status status = charge_create_account(&env->ipc, env->account, &made);

	if (status != OK)
		return status;

	const struct charge_fund_params fund = {
		.child = made.account,
		.ram = session->ram - ROUTED_OVERHEAD_RAM,
		.caps = session->caps - ROUTED_OVERHEAD_CAPS,
	};
	const struct self_derive_params derive = {
		.cap = made.account.id, .interface = CHARGE_INTERFACE, .account = made.account};

	status = charge_fund(&env->ipc, env->account, &fund);
	if (status == OK) {
		status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
		if (status == ERR_OUT_OF_CAPS)
			status = ERR_INSUFFICIENT_CAPS;
	}
	if (status != OK) {
		ipc_drop(&env->ipc, made.account);
		return status;
	}
	session->account = made.account;
	session->charge = facet.derived;
	return OK;
}

void routed_account_destroy(struct routed_session *session)
{
	if (!cap_valid(session->account))
		return;
	ipc_drop(&session->init->env->ipc, session->account); /* init owns it: that is its end */
	ipc_drop(&session->init->env->ipc, session->charge);
	session->account = session->charge = CAP_NULL;
}
