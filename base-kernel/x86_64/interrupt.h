/* SPDX-License-Identifier: MIT */
/*
 * Interrupt controllers: the local APIC (timer, end of interrupt) and the
 * I/O APIC (device lines). The old PICs are masked for good.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame_offsets.h"

enum {
	INTERRUPT_LINES = 24,
	VECTOR_TIMER = 62,
	VECTOR_SPURIOUS = 63,
};

void interrupt_init(void);
void interrupt_end(void);
void interrupt_unmask(unsigned line);
void interrupt_mask(unsigned line);

uint32_t apic_timer_measure_begin(void);
uint32_t apic_timer_measure_end(void);
void apic_timer_start(uint32_t ticks);
