/* SPDX-License-Identifier: MIT */
/*
 * Child: the mechanics of bringing a component to life, for those that are
 * parents: an address space filled from an ELF, a stack, the parent capability
 * in its slot, a thread. Policy is elsewhere.
 *
 * All of it is paid by the child's account and dies with it. What a hostile
 * ELF says is checked against the file before it is followed.
 */
#pragma once

#include <base/env.h>

enum { CHILD_MESSAGE_PAGES = 3, CHILD_STACK_DEFAULT = 16384, CHILD_TABLE_SLOTS = 64 };

/* Just below the code, so that one page table does for a small component. */
#define CHILD_STACK_TOP       0x410000ul
#define CHILD_MESSAGE_ADDRESS 0x418000ul
#define CHILD_STACK_MAX       0x1e0000ul

struct child_image {
	cap_t memory; /* the stack, and the writable segments behind it */
	cap_t thread;
};

struct child_start {
	cap_t domain;  /* its Domain */
	cap_t account; /* pays */
	cap_t context; /* SchedContext of its first thread */
	cap_t binary;  /* memory of the ELF */
	uint64_t binary_size;
	cap_t parent;   /* for slot 1 */
	uint64_t flags; /* ENV_ of <base/env.h> */
};

/* Fills the domain and starts its thread. ERR_BAD_ARG: not a usable ELF. */
enum status child_start(struct env *env, const struct child_start *start,
                        struct child_image *out_image);
/* Drops what the parent still holds; harmless after the account's end. */
void child_image_fini(struct env *env, struct child_image *image);
