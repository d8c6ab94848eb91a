/* SPDX-License-Identifier: MIT */
/*
 * Bench leaf: the child that has nothing to do.
 */
#include <base/env.h>

int component_main(struct env *env)
{
	(void)env;
	return 0;
}
