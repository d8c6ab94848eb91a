/* SPDX-License-Identifier: MIT */
/*
 * native.h on capOS: sessions, memory and time through the framework.
 *
 * What the component's start code hands out (the env) is what all of native.h is answered with.
 */
#include <string.h>

#include <base/env.h>
#include <base/log.h>
#include <base/rom.h>
#include <kernel/client.h>
#include <native_process.h>
#include <parent/client.h>

#include "component.h"
#include "page_arena.h"
#include "service.h"
#include "shared_memory.h"

/* A ROM in use. */
struct open_rom {
	struct open_rom *next;
	struct rom rom;
};

struct native {
	struct env *env;
	struct page_arena arena;
	struct open_rom *roms;
	struct self_time_results time; /* constant: how the kernel tells the time */
	unsigned frees;                /* of the heap */
	const void *config;            /* where the configuration's ROM is attached */
	cap_t *inherited;              /* by a fork; null: not asked for yet */
	uint64_t inherited_count;
};

/* native.h is called without a context, as it is from musl: one component, one state. */
static struct native native;

bool component_more(enum status refusal, size_t ram, uint32_t caps)
{
	enum { RAM_STEP = 64 * 1024, CAPS_STEP = 16 };
	struct env *env = native.env;
	struct parent_request_params params = {0};

	if (!native_spawned())
		return false;
	if (refusal == ERR_OUT_OF_RAM)
		params.ram = ram + RAM_STEP;
	else if (refusal == ERR_OUT_OF_CAPS)
		params.caps = caps + CAPS_STEP;
	else
		return false;
	return parent_request(&env->ipc, env->parent, &params) == OK;
}

/* ---- memory --------------------------------------------------------------------------------- */

/*
 * The handle of a memory object is its capability. One of a forked process's first is a number, below
 * all capabilities', until it is asked for.
 */
static cap_t memory_of(uint64_t memory)
{
	if (memory == 0 || memory > native.inherited_count)
		return (cap_t){.id = memory};
	cap_t *cap = &native.inherited[memory - 1];
	if (!cap_valid(*cap)) {
		env_reserve_slots(native.env);
		(void)spawner_memory((uint32_t)memory, cap); /* what is null is refused */
	}
	return *cap;
}

cap_t component_memory(uint64_t memory)
{
	return memory_of(memory);
}

enum status native_memory_create(size_t size, uint64_t *out_memory)
{
	struct env *env = native.env;
	const struct charge_create_memory_params params = {.size = size};
	struct charge_create_memory_results made;

	env_reserve_slots(env);
	enum status status = charge_create_memory(&env->ipc, env->account, &params, &made);
	if (component_more(status, size, 0))
		status = charge_create_memory(&env->ipc, env->account, &params, &made);
	if (status == OK)
		*out_memory = made.memory.id;
	return status == ERR_BAD_ARG ? ERR_OUT_OF_RAM : status; /* beyond what any machine has */
}

void native_memory_destroy(uint64_t memory)
{
	if (shared_memory_keep(memory))
		return;
	ipc_drop(&native.env->ipc, memory_of(memory));
}

enum status native_memory_map(uint64_t memory, size_t offset, void *at, size_t size,
                              enum native_access access)
{
	struct env *env = native.env;
	const struct space_map_params params = {
		.memory = memory_of(memory),
		.account = env->account,
		.address = (uintptr_t)at,
		.offset = offset,
		.size = size,
		.write = access & NATIVE_ACCESS_WRITE,
		.execute = access & NATIVE_ACCESS_EXECUTE,
	};

	enum status status = space_map(&env->ipc, env->space, &params);
	if (component_more(status, 0, 0))
		status = space_map(&env->ipc, env->space, &params);
	return status;
}

void native_memory_unmap(void *at, size_t size)
{
	const struct space_unmap_params params = {.address = (uintptr_t)at, .size = size};

	(void)space_unmap(&native.env->ipc, native.env->space,
	                  &params); /* whole pieces: it cannot fail */
}

/* ---- pages ---------------------------------------------------------------------------------- */

static const enum native_access read_write = NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE;

/* Apart from the regions of the component, since a fork has to have them at the same place. */
static const uintptr_t pages_begin = 0x20000000;
static const uintptr_t pages_end = 0x3000000000;

static enum status backing_create(void *self, size_t size, uint8_t **out_base, uint64_t *out_memory)
{
	const uintptr_t base =
		page_arena_gap(&((const struct native *)self)->arena, pages_begin, size);
	uint64_t memory;

	if (base + size > pages_end)
		return ERR_OUT_OF_RAM;
	enum status status = native_memory_create(size, &memory);
	if (status != OK)
		return status;
	status = native_memory_map(memory, 0, (void *)base, size, read_write);
	if (status != OK) {
		native_memory_destroy(memory);
		return status;
	}
	*out_base = (uint8_t *)base;
	*out_memory = memory;
	return OK;
}

static void backing_destroy(void *self, uint8_t *base, size_t size, uint64_t memory)
{
	(void)self;
	native_memory_unmap(base, size);
	native_memory_destroy(memory);
}

static enum status backing_map(void *self, uint8_t *base, uint64_t memory, size_t offset,
                               size_t size, enum native_access access)
{
	(void)self;
	return native_memory_map(memory, offset, base + offset, size, access);
}

static void backing_unmap(void *self, uint8_t *base, size_t offset, size_t size)
{
	(void)self;
	native_memory_unmap(base + offset, size);
}

enum status native_pages_alloc(size_t size, void **out_base)
{
	return page_arena_alloc(&native.arena, size / NATIVE_PAGE_SIZE, out_base);
}

enum status native_pages_free(void *base, size_t size)
{
	return page_arena_free(&native.arena, base, size / NATIVE_PAGE_SIZE);
}

enum status native_pages_protect(void *base, size_t size, enum native_access access)
{
	return page_arena_protect(&native.arena, base, size / NATIVE_PAGE_SIZE, access);
}

enum status native_pages_list(struct memory_pieces *pieces)
{
	return page_arena_list(&native.arena, pieces);
}

enum status native_fork_restore(struct memory_pieces *pieces)
{
	native.inherited = native_heap_alloc((pieces->memory_count + 1) * sizeof *native.inherited);
	if (!native.inherited)
		return ERR_OUT_OF_RAM;
	native.inherited_count = pieces->memory_count;
	for (uint32_t i = 0; i < pieces->memory_count; i++)
		pieces->memories[i].native = i + 1;
	return page_arena_restore(&native.arena, pieces, pages_begin, pages_end);
}

void *native_heap_alloc(size_t size)
{
	env_reserve_slots(native.env);
	void *memory = heap_alloc(&native.env->heap, size);
	if (!memory && component_more(ERR_OUT_OF_RAM, size, 0))
		memory = heap_alloc(&native.env->heap, size);
	return memory;
}

/* A file system may have given up much; looking for whole pieces takes time, so not each time. */
void native_heap_free(void *memory)
{
	enum { FREES_BETWEEN_TRIMS = 256 };

	heap_free(&native.env->heap, memory);
	if (memory && ++native.frees % FREES_BETWEEN_TRIMS == 0)
		heap_trim(&native.env->heap);
}

/* ---- sessions ------------------------------------------------------------------------------- */

void native_log_write(const char *text, size_t size)
{
	log_text(native.env, text, size);
}

enum status native_rom_open(const char *name, const void **out_base, size_t *out_size)
{
	struct open_rom *open = native_heap_alloc(sizeof *open);
	if (!open)
		return ERR_OUT_OF_RAM;
	const enum status status = rom_open(native.env, name, &open->rom);
	if (status != OK) {
		native_heap_free(open);
		return status;
	}
	open->next = native.roms;
	native.roms = open;
	*out_base = open->rom.at;
	*out_size = open->rom.size;
	return OK;
}

void native_rom_close(const char *name, const void *base)
{
	struct open_rom **place = &native.roms;

	(void)name; /* the address tells; empty ROMs are all alike */
	while (*place && (*place)->rom.at != base)
		place = &(*place)->next;
	struct open_rom *open = *place;
	if (!open)
		return;
	*place = open->next;
	rom_close(native.env, &open->rom);
	native_heap_free(open);
}

enum status native_config(const void **out_base, size_t *out_size)
{
	const enum status status = native_rom_open("config", out_base, out_size);

	if (status == OK)
		native.config = *out_base;
	return status;
}

const struct rom *component_rom(const void *base)
{
	for (const struct open_rom *open = native.roms; open; open = open->next)
		if (open->rom.at == base)
			return &open->rom;
	return NULL;
}

cap_t component_config(void)
{
	const struct rom *rom = component_rom(native.config);

	return rom ? rom->session.cap : CAP_NULL;
}

/* ---- time, chance, end ---------------------------------------------------------------------- */

/* The kernel's own computation, without the kernel. */
uint64_t native_time_ns(void)
{
	uint32_t low;
	uint32_t high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	const uint64_t ticks = ((uint64_t)high << 32 | low) - native.time.tick_start;
	return (uint64_t)(((unsigned __int128)ticks * native.time.ns_per_tick) >> 32);
}

/* Has the CPU an instruction for randomness? */
static bool random_available(void)
{
	enum { RDRAND = 1 << 30 };
	uint32_t a = 1;
	uint32_t b;
	uint32_t c = 0;
	uint32_t d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return c & RDRAND;
}

static bool random_word(uint64_t *out_word)
{
	enum { TRIES = 10 };
	bool valid = false;

	for (int i = 0; i < TRIES && !valid; i++)
		__asm__ volatile("rdrand %0" : "=r"(*out_word), "=@ccc"(valid));
	return valid;
}

enum status native_random(void *buffer, size_t size)
{
	uint8_t *to = buffer;
	uint64_t word;

	if (!random_available())
		return ERR_UNSUPPORTED;
	for (size_t done = 0; done < size; done += sizeof word) {
		if (!random_word(&word))
			return ERR_NOT_NOW;
		memcpy(to + done, &word, size - done < sizeof word ? size - done : sizeof word);
	}
	return OK;
}

_Noreturn void native_exit(int code)
{
	env_exit(native.env, code);
}

struct env *component_env(void)
{
	return native.env;
}

void native_init(struct env *env)
{
	const struct arena_backing backing = {
		.self = &native,
		.create = backing_create,
		.destroy = backing_destroy,
		.map = backing_map,
		.unmap = backing_unmap,
	};

	native.env = env;
	(void)self_time(&env->ipc, CAP_NULL, &native.time); /* the kernel always knows */
	page_arena_init(&native.arena, &backing);
}
