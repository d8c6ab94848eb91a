/* SPDX-License-Identifier: MIT */
/*
 * Raw: system calls without the framework, to see what the kernel itself takes.
 *
 * The measured calls count the instructions from the first one that loads a
 * register for the system call to the first one after it.
 */
#pragma once

#include <abi/syscall.h>
#include <stdint.h>

/* Offsets are known in raw.S. */
struct raw_call {
	uint64_t word;
	uint64_t target;
	uint64_t window;
	uint64_t words[IPC_WORDS_MAX];
	uint64_t begin;  /* out: the counter before */
	uint64_t answer; /* out: the answer word */
};

/* By how many message words they load. Each returns the ticks, what raw_measure_none takes included. */
uint64_t raw_measure0(struct raw_call *call);
uint64_t raw_measure2(struct raw_call *call);
uint64_t raw_measure4(struct raw_call *call);
uint64_t raw_measure8(struct raw_call *call);
uint64_t raw_measure_none(struct raw_call *call);

/* Enters a ring: submits, waits; returns the answer word. */
uint64_t raw_ring_enter(uint64_t ring, uint64_t submit, uint64_t wait);

/* Waits for the thread's notification; the counter as it comes back, 2 instructions later. */
uint64_t raw_wait(void);

/* What a thread in raw_serve needs to know. */
struct raw_service {
	uint64_t endpoint;
	uint64_t window; /* of each receive; moves on by `step` with each message */
	uint64_t step;
};

/* Thread functions. */

/* Serves an endpoint for ever: answers with as many words as came. */
_Noreturn void raw_serve(struct raw_service *service);
/* The same, with a vector register used for each answer. */
_Noreturn void raw_serve_vector(struct raw_service *service);
/* Waits for the thread's notification for ever, and notes when it came. */
_Noreturn void raw_stamp(volatile uint64_t *stamp);
/* Notes the low half of the counter, for ever: when it is interrupted, 4 instructions ago at most. */
_Noreturn void raw_spin(volatile uint32_t *stamp);
/* Two calls with one word each; the second one does not return. */
_Noreturn void raw_call_twice(const struct raw_call calls[2]);
