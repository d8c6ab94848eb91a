/* SPDX-License-Identifier: MIT */
/*
 * A word of the library's own in each thread, at a place of musl's thread descriptor that musl does
 * not use on this machine (`sysinfo`). It survives what musl does to thread-local storage, and a new
 * thread begins with its creator's.
 */
#pragma once

#include <stdint.h>

enum { THREAD_SLOT_OFFSET = 32 };

static inline void *thread_slot_get(void)
{
	void *value;

	__asm__("mov %%fs:32, %0" : "=r"(value));
	return value;
}

static inline void thread_slot_set(void *value)
{
	__asm__ volatile("mov %0, %%fs:32" : : "r"(value) : "memory");
}
