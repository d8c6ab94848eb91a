/* SPDX-License-Identifier: MIT */
#include "machine_fake.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/console.h"
#include "boot/core_start.h"
#include "boot/panic.h"
#include "memory/address.h"
#include "memory/assert.h"
#include "object/account.h"
#include "x86_64/clock.h"
#include "x86_64/interrupt.h"
#include "x86_64/page_table.h"
#include "x86_64/resume.h"
#include "x86_64/vector.h"

/* What start-up code, linker script and CPU provide in the kernel. */
struct account root_account;
struct cpu cpu;
extern char kernel_text_start[], kernel_rodata_start[], kernel_data_start[], kernel_end[];
char kernel_text_start[1], kernel_rodata_start[1], kernel_data_start[1], kernel_end[1];

static _Alignas(PAGE_SIZE) char ram[MACHINE_PAGES * (size_t)PAGE_SIZE];

static struct {
	uint64_t now;
	uint32_t unmasked;
	uintptr_t stack_at_mask;
	void (*interrupt)(void);
	jmp_buf leave;
	struct thread *next;
} fake;

void machine_fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	memset(&root_account, 0, sizeof(root_account));
	memset(&cpu, 0, sizeof(cpu));
	fake.now = MACHINE_START_NS;
	direct_map = ram;
}

char *machine_fake_ram(void)
{
	return ram;
}

void machine_fake_pass_time(uint64_t ns)
{
	fake.now += ns;
}

bool machine_fake_line_unmasked(unsigned line)
{
	return fake.unmasked & 1u << line;
}

uintptr_t machine_fake_stack_at_mask(void)
{
	return fake.stack_at_mask;
}

struct thread *machine_fake_run(void (*enter)(struct thread *), struct thread *argument)
{
	if (setjmp(fake.leave) == 0)
		enter(argument);
	return fake.next;
}

void machine_fake_at_window(void (*interrupt)(void))
{
	fake.interrupt = interrupt;
}

/* ---- leaving the kernel ---- */

void interrupt_window(void)
{
	if (fake.interrupt)
		fake.interrupt();
}

static _Noreturn void leave(struct thread *thread)
{
	fake.next = thread;
	longjmp(fake.leave, 1);
}

void resume_thread(struct thread *thread)
{
	leave(thread);
}

void resume_syscall(struct thread *thread)
{
	leave(thread);
}

void resume_idle(void)
{
	leave(NULL);
}

void resume_forget(struct thread *thread)
{
	if (cpu.thread == thread)
		cpu.thread = NULL;
}

/* ---- time and interrupts ---- */

uint64_t clock_now(void)
{
	return fake.now;
}

void clock_rate(uint64_t *out_tick_start, uint64_t *out_ns_per_tick)
{
	*out_tick_start = 0;
	*out_ns_per_tick = UINT64_C(1) << 32;
}

uint64_t clock_busy(void)
{
	return 0;
}

void clock_program(uint64_t deadline)
{
	(void)deadline; /* tests move the clock themselves */
}

uint64_t clock_tsc_hz(void)
{
	return 1000 * 1000 * 1000;
}

void interrupt_mask(unsigned line)
{
	fake.unmasked &= ~(1u << line);
	fake.stack_at_mask = (uintptr_t)__builtin_frame_address(0);
}

void interrupt_unmask(unsigned line)
{
	fake.unmasked |= 1u << line;
}

/* ---- words to people ---- */

bool console_offer(char c)
{
	putchar(c);
	return true;
}

void console_write(const char *text)
{
	fputs(text, stdout);
}

void panic(const char *reason)
{
	fprintf(stderr, "kernel panic: %s\n", reason);
	abort();
}

void panic_core(uint64_t rip, uint64_t rbp, uint64_t address)
{
	(void)rip, (void)rbp, (void)address;
	panic("core has faulted");
}

void assert_failed(const char *expression, const char *file, int line)
{
	fprintf(stderr, "%s:%d: kernel asserts %s\n", file, line, expression);
	abort();
}
