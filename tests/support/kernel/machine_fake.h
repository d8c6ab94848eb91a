/* SPDX-License-Identifier: MIT */
/*
 * A machine for the kernel's own C files on the host: RAM is an array, time
 * stands still until a test moves it, and leaving the kernel comes back to the
 * test. Page tables are the real ones; no CPU ever uses them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct thread;

enum { MACHINE_PAGES = 4096 };

/* Forgets everything: no frame is free yet, the clock stands at MACHINE_START_NS. */
void machine_fake_reset(void);
/* The RAM behind `direct_map`. */
char *machine_fake_ram(void);

enum { MACHINE_START_NS = 1000 };

void machine_fake_pass_time(uint64_t ns);
/* Whether a device line lets interrupts through. */
bool machine_fake_line_unmasked(unsigned line);
/* Where the stack stood when a line was last masked: irq_fini does. */
uintptr_t machine_fake_stack_at_mask(void);

/* What happens where a long operation lets interrupts in; NULL: nothing. */
void machine_fake_at_window(void (*interrupt)(void));

/*
 * Runs `enter`, which never returns, up to where it would leave the kernel.
 * Returns the thread it would go on with, NULL: it waits for an interrupt.
 */
struct thread *machine_fake_run(void (*enter)(struct thread *), struct thread *argument);
