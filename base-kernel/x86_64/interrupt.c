/* SPDX-License-Identifier: MIT */
#include "interrupt.h"

#include "cpu.h"
#include "page_table.h"

/* Registers of the local APIC, by byte offset. */
enum { APIC_END = 0xb0, APIC_SPURIOUS = 0xf0, APIC_ENABLE = 0x100, APIC_MASKED = 1 << 16 };
enum { APIC_TIMER = 0x320, APIC_TIMER_START = 0x380, APIC_TIMER_NOW = 0x390 };
enum { APIC_TIMER_DIVIDE = 0x3e0, APIC_DIVIDE_BY_1 = 0xb };

#define APIC_ADDRESS   0xfee00000ul
#define IOAPIC_ADDRESS 0xfec00000ul
#define IOAPIC_MASKED  (1u << 16)

static volatile uint32_t *apic;
static volatile uint32_t *ioapic;

static void ioapic_write(uint32_t index, uint32_t value)
{
	ioapic[0] = index;
	ioapic[4] = value;
}

static void line_write(unsigned line, uint32_t flags)
{
	ioapic_write(0x10 + 2 * line, (VECTOR_LINES + line) | flags);
}

void interrupt_init(void)
{
	out8(0x21, 0xff);
	out8(0xa1, 0xff);
	apic = page_table_map_device(APIC_ADDRESS);
	ioapic = page_table_map_device(IOAPIC_ADDRESS);
	apic[APIC_SPURIOUS / 4] = APIC_ENABLE | VECTOR_SPURIOUS;
	apic[APIC_TIMER_DIVIDE / 4] = APIC_DIVIDE_BY_1;
	for (unsigned line = 0; line < INTERRUPT_LINES; line++) {
		ioapic_write(0x11 + 2 * line, 0); /* to the first CPU */
		interrupt_mask(line);
	}
}

void interrupt_end(void)
{
	apic[APIC_END / 4] = 0;
}

void interrupt_unmask(unsigned line)
{
	line_write(line, 0);
}

void interrupt_mask(unsigned line)
{
	line_write(line, IOAPIC_MASKED);
}

uint32_t apic_timer_measure_begin(void)
{
	apic[APIC_TIMER / 4] = APIC_MASKED | VECTOR_TIMER;
	apic[APIC_TIMER_START / 4] = UINT32_MAX;
	return UINT32_MAX;
}

uint32_t apic_timer_measure_end(void)
{
	const uint32_t now = apic[APIC_TIMER_NOW / 4];

	apic[APIC_TIMER_START / 4] = 0;
	apic[APIC_TIMER / 4] = VECTOR_TIMER;
	return now;
}

void apic_timer_start(uint32_t ticks)
{
	apic[APIC_TIMER_START / 4] = ticks;
}
