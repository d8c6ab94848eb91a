/* SPDX-License-Identifier: MIT */
/* In place of posix/musl/overlay/thread_slot.h: there is one thread, and it is the main one. */
#pragma once

static inline void *thread_slot_get(void)
{
	return 0;
}

static inline void thread_slot_set(void *value)
{
	(void)value;
}
