/* SPDX-License-Identifier: MIT */
/*
 * A component that is a POSIX program: from the framework's start to the library's.
 */
#include <process/start.h>

#include "component.h"

int component_main(struct env *env)
{
	native_init(env);
	if (threads_init() != OK)
		return COMPONENT_NOT_STARTED;
	posix_start();
}
