/* SPDX-License-Identifier: MIT */
/*
 * Libc: what musl needs of init. Memory comes from init's own account, error
 * output goes to the log, everything else is ENOSYS: no files, no clock, no
 * processes.
 */
#pragma once

#include <base/env.h>

/* Sets musl up, calls `run` and returns what it returns. */
int libc_run(struct env *env, int (*run)(struct env *env));
