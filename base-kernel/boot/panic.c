/* SPDX-License-Identifier: MIT */
#include "panic.h"

#include <abi/event.h>
#include <stdbool.h>
#include <stddef.h>

#include "console.h"
#include "memory/assert.h"
#include "x86_64/cpu.h"

extern char kernel_stack_bottom[], fault_stack_top[], kernel_text_start[], kernel_rodata_start[];

static void both(const char *text)
{
	console_write(text);
	event_write(text);
}

static void both_number(const char *before, uint64_t value)
{
	char text[NUMBER_TEXT_MAX];

	both(before);
	both("0x");
	both(number_text(value, 16, text));
}

static bool in_stack(const uint64_t *frame)
{
	const uint64_t at = (uint64_t)frame;

	return at >= (uint64_t)kernel_stack_bottom && at + 16 <= (uint64_t)fault_stack_top &&
	       (at & 7) == 0;
}

static _Noreturn void end(uint64_t rip, const uint64_t *frame)
{
	both("\nbacktrace");
	if (rip)
		both_number(" ", rip);
	for (unsigned depth = 0; depth < 24 && in_stack(frame); depth++) {
		both_number(" ", frame[1]);
		frame = (const uint64_t *)frame[0];
	}
	both("\n");
	out8(DEBUG_EXIT_PORT, DEBUG_EXIT_PANIC);
	for (;;)
		asm volatile("cli; hlt");
}

static void begin(const char *reason)
{
	console_write("\nkernel: ");
	both("panic ");
	both(reason);
}

void panic(const char *reason)
{
	begin(reason);
	end(0, __builtin_frame_address(0));
}

void panic_trap(uint64_t vector, uint64_t error, uint64_t rip, uint64_t rbp, uint64_t address)
{
	begin("trap");
	both_number(" ", vector);
	both_number(" error ", error);
	both_number(" address ", address);
	end(rip, (const uint64_t *)rbp);
}

void panic_core(uint64_t rip, uint64_t rbp, uint64_t address)
{
	begin("core has faulted");
	both_number(" at ", rip);
	both_number(" address ", address);
	both_number(" frame ", rbp);
	end(0, NULL);
}

void assert_failed(const char *expression, const char *file, int line)
{
	char digits[NUMBER_TEXT_MAX];

	begin("assertion '");
	both(expression);
	both("' at ");
	both(file);
	both(":");
	both(number_text((uint64_t)line, 10, digits));
	end(0, __builtin_frame_address(0));
}
