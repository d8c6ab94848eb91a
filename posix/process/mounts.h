/* SPDX-License-Identifier: MIT */
/*
 * One mount of the configuration: which file system, what is put into it, and how it meets what is
 * there already.
 */
#pragma once

#include "process.h"

struct birth;
struct config;

/*
 * The configuration's mount of this number. Files that would be new ones are the spawner's where the
 * birth (or NULL) shows them. 0 or a negated errno; then nothing has changed.
 */
int mount_apply(struct process *process, const struct config *config, const struct birth *birth,
                uint32_t number);
