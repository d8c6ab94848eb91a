/* SPDX-License-Identifier: MIT */
/*
 * Panic: the kernel's own error, or a machine it can't run on. Says why on both
 * serial ports, with the addresses of the backtrace, and ends the machine with a
 * failing status.
 */
#pragma once

#include <stdint.h>

_Noreturn void panic(const char *reason);
_Noreturn void panic_trap(uint64_t vector, uint64_t error, uint64_t rip, uint64_t rbp,
                          uint64_t address);
/* Core has faulted; the backtrace is its own. */
_Noreturn void panic_core(uint64_t rip, uint64_t rbp, uint64_t address);
