/* SPDX-License-Identifier: MIT */
/*
 * Priority: how far below init a child's CPU sessions are. Each init on the way adds what its plan
 * says, so that no child is more urgent than its parent.
 */
#pragma once

#include "plan/plan.h"

/*
 * Lowers what a request for a CPU session asks for: replaces its encoded arguments, which are freed. False: no
 * memory. Arguments that can't be read stay as they are, for the server to refuse.
 */
bool priority_lower(const struct plan_child *client, void **args, size_t *args_size);
