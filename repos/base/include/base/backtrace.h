/* SPDX-License-Identifier: MIT */
/*
 * Fault reports: what a parent can say about a faulted thread of its child.
 */
#pragma once

#include <base/env.h>
#include <kernel/types.h>

enum { FAULT_TEXT_MAX = 400 };

/*
 * The first fault of the domain as `kind=… address=… ip=… backtrace=…,…`. False: there is none.
 * The child's stack is read, never believed: at most a dozen frames, each above the last.
 */
bool fault_describe(struct env *env, cap_t domain, char text[FAULT_TEXT_MAX]);
