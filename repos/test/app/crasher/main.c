/* SPDX-License-Identifier: MIT */
/*
 * Crasher: dies in the way its configuration says. Each way is a function of
 * its own that is not inlined, so that a backtrace names it.
 */
#include <base/env.h>
#include <base/log.h>
#include <base/rom.h>
#include <crasher_config/types.h>

/* In no mapping; in the kernel; in no half of the address space at all. */
#define NOWHERE       0x20000000ul
#define KERNEL        0xffffffff80108000ul
#define NOT_CANONICAL 0x123456789abcdef0ul

#define WAY __attribute__((noinline)) static void

static const char constant[] = "constant";
static volatile char data[16] = {(char)0xc3}; /* ret */

/* In assembly: what the compiler can see to be wrong it may leave out. */
static inline void read_at(uintptr_t address)
{
	asm volatile("movb (%0), %%al" : : "r"(address) : "rax");
}

static inline void write_at(uintptr_t address)
{
	asm volatile("movb $1, (%0)" : : "r"(address) : "memory");
}

static inline void jump_to(uintptr_t address)
{
	asm volatile("call *%0" : : "r"(address) : "memory");
}

WAY write_null(struct env *env)
{
	(void)env;
	write_at(0);
}

WAY jump_nowhere(struct env *env)
{
	(void)env;
	jump_to(NOWHERE);
}

WAY divide_by_zero(struct env *env)
{
	(void)env;
	asm volatile("xorl %%ecx, %%ecx\n\tdivl %%ecx" : : "a"(1), "d"(0) : "ecx");
}

WAY overflow_stack(struct env *env)
{
	volatile char room[512] = {0};

	if (data[0]) /* always; but the compiler can't know */
		overflow_stack(env);
	data[1] = room[0]; /* not a tail call */
}

WAY invalid_opcode(struct env *env)
{
	(void)env;
	asm volatile("ud2");
}

WAY write_constant(struct env *env)
{
	(void)env;
	write_at((uintptr_t)constant);
}

WAY write_code(struct env *env)
{
	(void)env;
	write_at((uintptr_t)&component_main);
}

WAY run_data(struct env *env)
{
	(void)env;
	jump_to((uintptr_t)data);
}

WAY read_kernel(struct env *env)
{
	(void)env;
	read_at(KERNEL);
}

WAY privileged(struct env *env)
{
	(void)env;
	asm volatile("hlt");
}

WAY read_non_canonical(struct env *env)
{
	(void)env;
	read_at(NOT_CANONICAL);
}

WAY breakpoint(struct env *env)
{
	(void)env;
	asm volatile("int3");
}

WAY write_rom(struct env *env)
{
	struct rom rom;

	if (rom_open(env, "config", &rom) == OK)
		write_at((uintptr_t)rom.at);
}

static void (*const ways[])(struct env *env) = {
	[HOW_WRITE_NULL] = write_null,
	[HOW_JUMP_NOWHERE] = jump_nowhere,
	[HOW_DIVIDE_BY_ZERO] = divide_by_zero,
	[HOW_OVERFLOW_STACK] = overflow_stack,
	[HOW_INVALID_OPCODE] = invalid_opcode,
	[HOW_WRITE_CONSTANT] = write_constant,
	[HOW_WRITE_CODE] = write_code,
	[HOW_RUN_DATA] = run_data,
	[HOW_READ_KERNEL] = read_kernel,
	[HOW_PRIVILEGED] = privileged,
	[HOW_READ_NON_CANONICAL] = read_non_canonical,
	[HOW_BREAKPOINT] = breakpoint,
	[HOW_WRITE_ROM] = write_rom,
};

int component_main(struct env *env)
{
	struct config config;
	struct rom rom;

	if (rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK ||
	    config.how >= sizeof(ways) / sizeof(ways[0]))
		return 2;
	ways[config.how](env);
	log_line(env, "FAILED to crash");
	return 1;
}
