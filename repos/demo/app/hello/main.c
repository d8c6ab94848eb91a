/* SPDX-License-Identifier: MIT */
/*
 * Hello: the smallest complete component. It says good morning and exits.
 */
#include <base/env.h>
#include <base/log.h>

int component_main(struct env *env)
{
	log_line(env, "good morning");
	return 0;
}
