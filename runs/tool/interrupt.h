/* SPDX-License-Identifier: MIT */
/*
 * Interrupt: how the tool ends when it is told to (Ctrl-C, kill, a closed terminal).
 *
 * The first signal is noted and ends each wait, so that what was started can be
 * ended in good order. A second one kills the tool at once, also in an endless
 * loop of a script; what it has started dies with it (process.h).
 */
#pragma once

#include <poll.h>
#include <stdbool.h>

enum { INTERRUPT_POLL_MAX = 64 };

/* From now on signals are noted. To be called once, first; false: no descriptors left. */
bool interrupt_init(void);

/* Undoes it in a child before it becomes another program. */
void interrupt_restore(void);

/* The signal that came, or 0. */
int interrupt_signal(void);

/*
 * As poll() on up to INTERRUPT_POLL_MAX files; answers 0 at once when a signal has come.
 * A negative timeout waits for ever.
 */
int interrupt_poll(const struct pollfd *files, nfds_t count, int timeout_ms);
