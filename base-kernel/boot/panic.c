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

static void both_hex(uint64_t value)
{
	char text[NUMBER_TEXT_MAX];

	both("0x");
	both(number_text(value, 16, text));
}

static bool in_stack(const uint64_t *frame)
{
	const uint64_t at = (uint64_t)frame;

	return at >= (uint64_t)kernel_stack_bottom && at + 16 <= (uint64_t)fault_stack_top &&
	       (at & 7) == 0;
}

static void backtrace(uint64_t rip, const uint64_t *frame)
{
	both("\nbacktrace");
	if (rip) {
		both(" ");
		both_hex(rip);
	}
	for (unsigned depth = 0; depth < 24 && in_stack(frame); depth++) {
		both(" ");
		both_hex(frame[1]);
		frame = (const uint64_t *)frame[0];
	}
	both("\n");
}

static _Noreturn void end(void)
{
	out8(DEBUG_EXIT_PORT, DEBUG_EXIT_PANIC);
	for (;;)
		asm volatile("cli; hlt");
}

void panic(const char *reason)
{
	console_write("\nkernel: ");
	both("panic ");
	both(reason);
	backtrace(0, __builtin_frame_address(0));
	end();
}

void panic_trap(uint64_t vector, uint64_t error, uint64_t rip, uint64_t rbp, uint64_t address)
{
	console_write("\nkernel: ");
	both("panic trap ");
	both_hex(vector);
	both(" error ");
	both_hex(error);
	both(" address ");
	both_hex(address);
	backtrace(rip, (const uint64_t *)rbp);
	end();
}

void panic_core(uint64_t rip, uint64_t rbp, uint64_t address)
{
	console_write("\nkernel: ");
	both("panic core has faulted at ");
	both_hex(rip);
	both(" address ");
	both_hex(address);
	both(" frame ");
	both_hex(rbp);
	backtrace(0, NULL);
	end();
}

void assert_failed(const char *expression, const char *file, int line)
{
	char text[NUMBER_TEXT_MAX];

	console_write("\nkernel: ");
	both("panic assertion '");
	both(expression);
	both("' at ");
	both(file);
	both(":");
	both(number_text((uint64_t)line, 10, text));
	backtrace(0, __builtin_frame_address(0));
	end();
}
