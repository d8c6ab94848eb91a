/* SPDX-License-Identifier: MIT */
/*
 * Kernel signal: a Signal that came from a child. What answers for itself could make init
 * wait; only the kernel's own never does, so only that is taken.
 */
#pragma once

#include <base/env.h>

bool kernel_signal(struct env *env, cap_t signal);
/* Nothing happens for a null one, or where nobody listens any more. */
void kernel_signal_send(struct env *env, cap_t signal);
