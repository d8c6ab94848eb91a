/* SPDX-License-Identifier: MIT */
/*
 * Neither frequency is known beforehand; both are measured once against the
 * programmable interval timer, which runs at a fixed 1.193182 MHz.
 */
#include "clock.h"

#include "cpu.h"
#include "interrupt.h"

enum { PIT_HZ = 1193182, PIT_TICKS = 1193 /* about a millisecond */ };
enum { PIT_CHANNEL2 = 0x42, PIT_COMMAND = 0x43, PIT_GATE = 0x61 };
enum { PIT_PATIENCE = 100 }; /* turns between two questions: each is dear where it is emulated */

static struct {
	uint64_t tsc_start;
	uint64_t tsc_hz;
	uint64_t apic_hz;
	uint64_t ns_per_tsc; /* 32.32 fixed point */
	uint64_t idle_since; /* 0: not idle */
	uint64_t idle_total;
} clock;

/* a * b / 2^32 */
static uint64_t scale(uint64_t a, uint64_t b)
{
	return (uint64_t)(((unsigned __int128)a * b) >> 32);
}

static void pit_start(void)
{
	out8(PIT_GATE, (uint8_t)((in8(PIT_GATE) & ~2) | 1)); /* gate on, speaker off */
	out8(PIT_COMMAND, 0xb0); /* channel 2, mode 0: output rises at zero */
	out8(PIT_CHANNEL2, PIT_TICKS & 0xff);
	out8(PIT_CHANNEL2, PIT_TICKS >> 8);
}

static void pit_wait(void)
{
	while (!(in8(PIT_GATE) & 0x20))
		for (unsigned i = 0; i < PIT_PATIENCE; i++)
			asm volatile("");
}

void clock_init(void)
{
	pit_start();

	const uint64_t tsc = read_tsc();
	const uint32_t apic = apic_timer_measure_begin();

	pit_wait();

	const uint64_t tsc_ticks = read_tsc() - tsc;
	const uint32_t apic_ticks = apic - apic_timer_measure_end();

	clock.tsc_hz = tsc_ticks * PIT_HZ / PIT_TICKS;
	clock.apic_hz = (uint64_t)apic_ticks * PIT_HZ / PIT_TICKS;
	clock.ns_per_tsc = (uint64_t)(((unsigned __int128)1000000000 << 32) / clock.tsc_hz);
	clock.tsc_start = tsc;
}

uint64_t clock_now(void)
{
	return scale(read_tsc() - clock.tsc_start, clock.ns_per_tsc);
}

void clock_rate(uint64_t *out_tick_start, uint64_t *out_ns_per_tick)
{
	*out_tick_start = clock.tsc_start;
	*out_ns_per_tick = clock.ns_per_tsc;
}

uint64_t clock_busy(void)
{
	return clock_now() - clock.idle_total;
}

void clock_program(uint64_t deadline)
{
	const uint64_t now = clock_now();
	const uint64_t wait = deadline > now ? deadline - now : 0;
	const uint64_t seconds_max = 4ull * 1000000000;
	uint64_t ticks = (wait < seconds_max ? wait : seconds_max) * clock.apic_hz / 1000000000;

	if (ticks == 0)
		ticks = 1;
	apic_timer_start(ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks);
}

void clock_idle_begin(void)
{
	if (!clock.idle_since)
		clock.idle_since = clock_now();
}

void clock_idle_end(void)
{
	if (clock.idle_since)
		clock.idle_total += clock_now() - clock.idle_since;
	clock.idle_since = 0;
}

uint64_t clock_tsc_hz(void)
{
	return clock.tsc_hz;
}
