/* SPDX-License-Identifier: MIT */
/*
 * A ring used in batches, without the framework. No buffers: messages are words alone.
 */
#pragma once

#include <abi/ring.h>
#include <base/env.h>

enum { BENCH_BATCH = 16, BENCH_RING_ENTRIES = 2 * BENCH_BATCH };

/* As abi/ring.h has it, for these sizes. */
struct bench_ring_layout {
	_Alignas(PAGE_BYTES) struct ring_header header;
	_Alignas(PAGE_BYTES) struct ring_submission submissions[BENCH_RING_ENTRIES];
	_Alignas(PAGE_BYTES) struct ring_completion completions[2 * BENCH_RING_ENTRIES];
};

#define BENCH_RING_ADDRESS 0x7800000ul /* where the kernel shows it */

static inline struct bench_ring_layout *bench_ring_layout(void)
{
	return (struct bench_ring_layout *)BENCH_RING_ADDRESS;
}

struct bench_ring {
	cap_t cap;
	uint32_t submitted, completed;
};

/* One per component: it has a fixed address. */
enum status bench_ring_init(struct bench_ring *ring, struct env *env);
/* The next entry to be filled in; what the last user of it wrote is still there. */
static inline struct ring_submission *bench_ring_next(struct bench_ring *ring)
{
	return &bench_ring_layout()->submissions[ring->submitted++ % BENCH_RING_ENTRIES];
}

/* Submits all that was filled in and waits until there are `wait` completions. */
void bench_ring_enter(struct bench_ring *ring, unsigned wait);

/* The next completion, which must be there. It is valid until the next enter. */
static inline const struct ring_completion *bench_ring_take(struct bench_ring *ring)
{
	return &bench_ring_layout()->completions[ring->completed++ % (2 * BENCH_RING_ENTRIES)];
}
