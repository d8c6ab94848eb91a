/* SPDX-License-Identifier: MIT */
/*
 * Futex: threads that wait for a word of a memory object to change.
 *
 * The key is object and offset, so whoever may write the word may wait and wake,
 * wherever it is mapped, and a clone's words are others. The memory object has
 * one queue for all of its words, of the waiting threads themselves: nothing is
 * allocated. The end of the object, or of the grant a thread waits through, is
 * ERR_GONE.
 */
#pragma once

#include <abi/status.h>
#include <stdint.h>

enum { FUTEX_WAKE_MAX = 64 };

struct memory_object;
struct thread;

/*
 * The current thread waits. ERR_BAD_ARG: no aligned word of plain memory; ERR_NOT_NOW: its value is
 * not `expected`; ERR_TIMEOUT: the deadline has passed (0: there is none).
 */
enum status futex_wait(struct thread *thread, struct memory_object *memory, uint64_t offset,
                       uint32_t expected, uint64_t deadline);
/* Wakes up to `count` in order, FUTEX_WAKE_MAX at most; returns how many. */
unsigned futex_wake(struct memory_object *memory, uint64_t offset, uint32_t count);
