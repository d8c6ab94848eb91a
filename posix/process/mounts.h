/* SPDX-License-Identifier: MIT */
/*
 * One mount of the configuration: which file system, what is put into it, and how it meets what is
 * there already.
 */
#pragma once

#include "process.h"

struct config;
struct mount;

/* 0 or a negated errno; then nothing has changed. */
int mount_apply(struct process *process, const struct config *config, const struct mount *mount);
