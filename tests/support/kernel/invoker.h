/* SPDX-License-Identifier: MIT */
/*
 * A thread that calls methods of the kernel's objects, one after the other: parameters are packed
 * in between by what the schema compiler made for them.
 *
 *	uint64_t *words = invoker_begin(&invoker, account, CHARGE_INTERFACE, CHARGE_CREATE_MEMORY);
 *
 *	charge_create_memory_params_pack(&params, words, invoker.sent);
 *	status = invoker_finish(&invoker);
 */
#pragma once

#include <abi/cap.h>
#include <abi/status.h>
#include <abi/syscall.h>
#include <stdint.h>

struct thread;

enum { INVOKER_SLOT = 40 }; /* of the first result */

struct invoker {
	struct thread *thread; /* the current one */
	uint32_t slot;         /* of the next capability that comes back; 0: INVOKER_SLOT */
	cap_t sent[IPC_CAPS_MAX];
	cap_t result; /* what has come back, if a capability has */
};

/* Returns the thread's message words. */
uint64_t *invoker_begin(struct invoker *invoker, cap_t target, uint32_t interface, unsigned method);
enum status invoker_finish(struct invoker *invoker);
