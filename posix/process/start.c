/* SPDX-License-Identifier: MIT */
/*
 * From the component's start to the program's main: posix_start is called once, by native code,
 * when the component's parent, heap and log are usable.
 *
 * It builds the process out of the configuration, lays out what a Linux kernel would have put on
 * the stack, and hands over to musl, which never returns: exit ends in native_exit.
 */
#include <assert.h>
#include <elf.h>
#include <stddef.h>

#include <native_process.h>
#include <posix_config/types.h>
#include <spawner/types.h>
#include <syscall/calls.h>

#include "configuration.h"
#include "fork.h"
#include "start.h"

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*loader)(void));
int main(int argc, char **argv, char **environment);

/*
 * The program's own ELF header, mapped with its text: musl finds its thread-local template by it.
 */
extern const Elf64_Ehdr __ehdr_start;

enum { EXIT_NOT_STARTED = 127, RANDOM_SIZE = 16, VECTOR_ON_STACK_MAX = 8192 };

/* State of the one process, and what musl keeps pointers to for as long as the program runs. */
static struct process process;
static uint64_t random_bytes[RANDOM_SIZE / sizeof(uint64_t)];

static void log_text(const char *text)
{
	size_t size = 0;

	while (text[size])
		size++;
	native_log_write(text, size);
}

static _Noreturn void fail(const char *what, const char *reason)
{
	log_text("posix: cannot start: ");
	log_text(what);
	log_text(reason);
	log_text("\n");
	native_exit(EXIT_NOT_STARTED);
}

/*
 * Seeds musl's malloc cookie. Without a source of randomness the time has to do: the cookie then
 * detects accidents, not attacks.
 */
static void fill_random(void)
{
	if (native_random(random_bytes, sizeof random_bytes) == OK)
		return;
	random_bytes[0] = native_time_ns() * UINT64_C(0x9e3779b97f4a7c15);
	random_bytes[1] = ~random_bytes[0] * UINT64_C(0xbf58476d1ce4e5b9);
}

/* The auxiliary vector; what is left out (ids, secure mode) reads as 0. */
static void put_auxiliary(uintptr_t *to)
{
	const uintptr_t entries[] = {
		AT_PHDR,   (uintptr_t)&__ehdr_start + __ehdr_start.e_phoff,
		AT_PHENT,  __ehdr_start.e_phentsize,
		AT_PHNUM,  __ehdr_start.e_phnum,
		AT_PAGESZ, NATIVE_PAGE_SIZE,
		AT_RANDOM, (uintptr_t)random_bytes,
		AT_NULL,   0,
	};
	static_assert(sizeof entries / sizeof *entries == AUXILIARY_WORDS);

	for (size_t i = 0; i < AUXILIARY_WORDS; i++)
		to[i] = entries[i];
}

/* Stands in for musl's thread descriptor until there is one: who asks which thread he is reads it. */
static void set_early_descriptor(void)
{
	static uintptr_t descriptor[8];

	descriptor[0] = (uintptr_t)descriptor;
	__asm__ volatile("wrfsbase %0" : : "r"(descriptor) : "memory");
}

/* False: no other process has spawned this one. */
static bool decode_birth(struct birth *out_birth)
{
	const void *message;
	size_t size;

	if (spawner_birth(&message, &size) != OK)
		return false;
	if (size > UINT32_MAX || birth_decode(message, (uint32_t)size, out_birth) != OK)
		fail("the spawner's message is none", "");
	return true;
}

/* A fork: its program runs already. */
static _Noreturn void go_on(const struct birth_fork *fork)
{
	if (fork_restore(&process, fork) != 0 || native_service_start() != OK)
		fail("out of memory", "");
	native_unlock(process.main.native);
	fork_continue(&process, fork);
}

/* Not on the heap: the program's memory goes with a fork, the library's own does not. */
static uintptr_t *vector_in_pages(size_t size)
{
	const size_t whole = (size + NATIVE_PAGE_SIZE - 1) & ~(size_t)(NATIVE_PAGE_SIZE - 1);
	void *pages;

	if (native_pages_alloc(whole, &pages) != OK)
		fail("out of memory", "");
	return pages;
}

_Noreturn void posix_start(void)
{
	struct config config;
	struct birth birth;
	struct birth_fork fork;
	const void *message;
	const char *reason = "";
	size_t message_size;

	set_early_descriptor();
	if (native_config(&message, &message_size) != OK)
		fail("there is no configuration", "");
	if (message_size > UINT32_MAX ||
	    config_decode(message, (uint32_t)message_size, &config) != OK)
		fail("the configuration is not one of a POSIX program", "");
	if (process_init(&process) != 0)
		fail("out of memory", "");
	native_lock(process.main.native); /* a terminal's keys are taken in by another thread */
	calls_serve(&process);
	const bool born = decode_birth(&birth);
	if (born) {
		config.args = birth.args;
		config.env = birth.env;
	}
	if (configuration_apply(&config, born ? &birth : NULL, &process, &reason) != 0)
		fail("not to be had: ", reason);
	if (born && birth_fork_read(&birth.fork, &fork) != OK)
		fail("the spawner's message is none", "");
	if (born && fork.registers)
		go_on(&fork);
	const size_t size = configuration_vector_size(&config, AUXILIARY_WORDS);
	uintptr_t *vector =
		size <= VECTOR_ON_STACK_MAX ? __builtin_alloca(size) : vector_in_pages(size);
	put_auxiliary(configuration_vector(&config, AUXILIARY_WORDS, vector));
	fill_random();
	if (born && native_service_start() != OK)
		fail("out of memory", "");
	native_unlock(process.main.native);

	__libc_start_main(main, (int)vector[0], (char **)(vector + 1), NULL, NULL, NULL);
	native_exit(EXIT_NOT_STARTED); /* musl does not return */
}
