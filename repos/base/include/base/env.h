/* SPDX-License-Identifier: MIT */
/*
 * Env: what a component has at its start, and the helpers built on it.
 *
 * A component knows its parent (slot 1) and asks it for all else. `main` gets
 * the one env of its main thread; nothing here is reached but through it.
 */
#pragma once

#include <base/heap.h>
#include <base/ipc.h>
#include <base/region.h>
#include <base/session.h>

enum { ENV_SLOT_PARENT = 1, ENV_SLOT_FIRST_FREE = 2, ENV_TABLE_SLOTS = 64 };

/* What the parent says at the start, in the argument of the first thread. */
enum { ENV_BEATS = 1 << 0 /* it sends heartbeats */ };

struct env {
	struct ipc ipc;
	struct slots slots;
	cap_t parent;
	cap_t space;   /* own address space */
	cap_t account; /* Charge of the own budget */
	struct regions regions;
	struct heap heap;
	cap_t log;      /* LOG session, opened on first use */
	uint64_t start; /* ENV_ flags */
};

/* The component's own code. Its return value is what the parent learns as exit code. */
int component_main(struct env *env);

/* Tells the parent that the work has ended. */
_Noreturn void env_exit(struct env *env, int code);
/* A thread context of the own CPU session; opened on each call. */
enum status env_context(struct env *env, cap_t *out_context);
/* Room for more capabilities; never less than now. */
enum status env_grow_table(struct env *env, uint32_t slots);
/*
 * Sees to it that a few slots in a row are free, for those who cannot know how many capabilities
 * they will hold: the table is doubled when they are not. False: the component can't pay for that.
 */
bool env_reserve_slots(struct env *env);
