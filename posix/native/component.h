/* SPDX-License-Identifier: MIT */
/*
 * What the files behind native.h share: the component's env, and how they begin.
 */
#pragma once

#include <base/env.h>

enum { COMPONENT_NOT_STARTED = 127 }; /* exit code */

/* The one env. Its message page is that of whoever holds native_lock. */
struct env *component_env(void);

/* Makes the main thread one that can wait; before anything else. */
enum status threads_init(void);
