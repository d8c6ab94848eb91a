/* SPDX-License-Identifier: MIT */
/*
 * Further threads of a benchmark, in the bare: a function, a static stack, message pages.
 */
#pragma once

#include <base/env.h>

enum { BENCH_STACK_BYTES = 4096 };

struct bench_thread {
	void *function; /* void (*)(void *argument, struct message_page *pages); never returns */
	void *argument;
	void *stack;   /* BENCH_STACK_BYTES */
	cap_t context; /* SchedContext */
	uint8_t number; /* among the component's further threads, from 0: where its message pages are */
	uint8_t pages;
};

/* A thread that is stopped. */
enum status bench_thread_create(struct env *env, const struct bench_thread *thread,
                                cap_t *out_thread);
/* One that runs. */
enum status bench_thread_spawn(struct env *env, const struct bench_thread *thread,
                               cap_t *out_thread);

/* A context for a thread that all others are more urgent than. */
enum status bench_low_context(struct env *env, cap_t *out_context);
