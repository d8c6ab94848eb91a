/* SPDX-License-Identifier: MIT */
/*
 * The birth of a child process: what it is told at its start (interface/spawner.capnp). What the
 * process has of its own is here; arguments, and what a fork goes on with, are added by who makes
 * the child.
 */
#pragma once

#include <limits.h>

#include <fd/descriptor_table.h>
#include <spawner/types.h>
#include <vfs/vfs.h>

struct child;
struct process;

enum birth_kind { BIRTH_OF_EXEC, BIRTH_OF_FORK };

/* What a birth points at. */
struct birth_parts {
	struct birth_file files[DESCRIPTORS_MAX];
	struct birth_tree trees[MOUNT_POINTS_MAX];
	char directory[PATH_MAX];
};

/* Gives the child what it inherits, and says so. A negated errno. */
int birth_make(struct process *process, struct child *child, enum birth_kind kind,
               struct birth_parts *parts, struct birth *out_birth);
/* As a message, on the heap; `more` bytes are room for what was added. ENOMEM. */
int birth_message(const struct birth *birth, size_t more, void **out_message, uint32_t *out_size);
