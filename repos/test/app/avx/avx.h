/* SPDX-License-Identifier: MIT */
/*
 * The vector registers and control words as a whole: put there at once, and looked
 * at right behind what may have disturbed them. The rest of the component is compiled
 * without vector registers, so nobody else here touches them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { AVX_REGISTERS = 16, AVX_WORDS = 4 };

/* Offsets are known in avx.S. */
struct avx_state {
	uint64_t ymm[AVX_REGISTERS][AVX_WORDS];
	uint64_t st0; /* a double on the x87 stack */
	uint32_t mxcsr;
	uint32_t fcw;
};

struct avx_run {
	struct avx_state in, out;
	uint64_t spins;                /* of the loop in between */
	volatile uint64_t *touch;      /* read in between */
	uint64_t word, target, window; /* a system call in between, in avx_exchange */
	uint64_t answer, value;
};

/* Loads `in`, reads `*touch`, loops, stores `out`; without a system call. */
void avx_hold(struct avx_run *run);
/* Loads `in`, makes the system call, stores `out` (but st0). */
void avx_exchange(struct avx_run *run);
/* A thread's whole life, position-independent: avx_hold, then avx_exchange, then it stops at a breakpoint. */
extern const char avx_program_begin[], avx_program_end[];

/* A pattern that is nobody else's, and control words of its own. */
void avx_fill(struct avx_state *state, uint64_t seed);
bool avx_same(const struct avx_state *a, const struct avx_state *b);
/* As after reset: nothing of anybody. */
bool avx_initial(const struct avx_state *state);

struct check;

/* A domain whose faults are resolved by this component, which uses the registers meanwhile. */
void check_paged(struct check *check);
