/* SPDX-License-Identifier: MIT */
#pragma once

#include <test/check.h>

/* Threads of another domain, position-independent; each finds a `struct touched` in rdi. Offsets in toucher.S. */
struct touched {
	volatile uint64_t target; /* address */
	volatile uint64_t count;  /* of touches that went well */
	volatile uint64_t value;  /* read last */
};

extern const char toucher_begin[], toucher_reads[], toucher_writes[], toucher_runs[], toucher_end[];

void check_lock(struct check *check);
