/* SPDX-License-Identifier: MIT */
/*
 * Scarcity: the n-th allocation from now on is refused, whatever it is for: a charge of RAM or of a
 * capability, heap memory, a block of more than one page. Single pages within a limit are never
 * refused: limits are backed by RAM.
 *
 * The linker puts it between the kernel's files and what they call (build.mk).
 */
#pragma once

/* Begins to count; `nth` 0: nothing is refused. */
void scarcity_begin(unsigned nth);
/* Ends it; returns how many allocations were asked for. */
unsigned scarcity_end(void);
