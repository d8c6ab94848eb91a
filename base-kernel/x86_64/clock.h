/* SPDX-License-Identifier: MIT */
/*
 * Clock: time from the time-stamp counter, alarms from the local APIC.
 */
#pragma once

#include <stdint.h>

void clock_init(void);
/* ns since boot. */
uint64_t clock_now(void);
/* What clock_now computes with: the counter's start, and ns per tick in 32.32 fixed point. */
void clock_rate(uint64_t *out_tick_start, uint64_t *out_ns_per_tick);
/* ns since boot that were not spent waiting for an interrupt. */
uint64_t clock_busy(void);
/* One interrupt at `deadline`, or at once if that has passed. */
void clock_program(uint64_t deadline);
void clock_idle_begin(void);
void clock_idle_end(void);
uint64_t clock_tsc_hz(void);
