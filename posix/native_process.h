/* SPDX-License-Identifier: MIT */
/*
 * What libcapos-posix needs of its component to have other processes: the part of native.h that is
 * about them. A child process is a component of its own, paid out of this one's budget, with this
 * process as its parent; process/family.h answers what it asks, process/spawner.h is the way up.
 *
 * Whoever serves children or listens to the spawner has a *service thread*, which is none of the
 * program's: it takes the lock and calls family.h.
 */
#pragma once

#include <stdbool.h>

#include <native.h>

struct child;
struct memory_pieces;
struct native_child;

struct native_spawn {
	const void *
		image; /* an ELF executable; that of a ROM as native_rom_open gave it is not copied */
	size_t image_size;
	const void *birth; /* for spawner_birth there */
	size_t birth_size;
	const char *name; /* for its log */
	struct child *child;
};

/* Serves children and hears news from now on; asked twice it does nothing. */
enum status native_service_start(void);
/* A running component. ERR_BAD_ARG: it is no executable. */
enum status native_child_create(const struct native_spawn *spawn, struct native_child **out_child);
/*
 * A component that goes on where this process is, with clones of all these pieces of memory, and
 * copies of the program's own data and of its stack from `stack` on. Below that it starts to run:
 * it is a process like any that is spawned, and its birth tells it how to go on.
 */
struct native_fork {
	struct native_spawn spawn; /* without an image */
	const struct memory_pieces *pieces;
	void *stack;
};
enum status native_child_fork(const struct native_fork *fork, struct native_child **out_child);
/*
 * In such a child, before anything has asked for pages: `native` of the pieces' memories is set, and
 * the pages are those of the pieces.
 */
enum status native_fork_restore(struct memory_pieces *pieces);
/* Its end, and that of all it has begotten. Nothing more is heard of it. */
void native_child_destroy(struct native_child *child);
/* Tells it to ask for its news. */
void native_child_wake(struct native_child *child);
/* Is this process born of another? */
bool native_spawned(void);
