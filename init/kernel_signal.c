/* SPDX-License-Identifier: MIT */
#include "kernel_signal.h"

#include <kernel/client.h>

bool kernel_signal(struct env *env, cap_t signal)
{
	const struct self_inspect_params params = {.cap = signal.id};
	struct self_inspect_results results;

	return cap_valid(signal) && self_inspect(&env->ipc, CAP_NULL, &params, &results) == OK &&
	       results.kind == OBJECT_KIND_NOTIFICATION;
}

void kernel_signal_send(struct env *env, cap_t signal)
{
	const struct signal_signal_params params = {0};

	if (cap_valid(signal))
		(void)signal_signal(&env->ipc, signal, &params);
}
