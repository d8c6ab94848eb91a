/* SPDX-License-Identifier: MIT */
#include <bench/raw.h>
#include <bench/samples.h>
#include <kernel/client.h>

#include "suite.h"

enum { ROUNDS = SAMPLES_MAX };

/* Beside the region window's own pages, in the same page table. */
#define PAGE_ADDRESS (REGION_WINDOW + (REGION_WINDOW_PAGES - 1) * (uintptr_t)PAGE_BYTES)

static enum status create_memory(struct env *env, uint64_t size, cap_t *out_memory)
{
	const struct charge_create_memory_params params = {.size = size};
	struct charge_create_memory_results made;
	const enum status status = charge_create_memory(&env->ipc, env->account, &params, &made);

	if (status == OK)
		*out_memory = made.memory;
	return status;
}

/* The first write to each page: zeroed, entered, and back to the instruction. */
static enum status count_fault(struct env *env)
{
	struct region_attach attach = {.size = ROUNDS * PAGE_BYTES, .write = true};
	struct samples samples = {0};
	void *base;
	enum status status = create_memory(env, attach.size, &attach.memory);

	if (status == OK)
		status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		return status;
	for (unsigned i = 0; i < ROUNDS; i++) {
		volatile unsigned char *byte = (unsigned char *)base + i * PAGE_BYTES;
		const uint64_t begin = sample_begin();

		*byte = 1;
		samples_add(&samples, sample_end(begin));
	}
	samples_report(&samples, env, "mem.fault", 1);
	region_detach(&env->regions, base, attach.size);
	ipc_drop(&env->ipc, attach.memory);
	return OK;
}

static uint64_t space_word(unsigned words, uint16_t method)
{
	return SYSCALL_CALL | words << OP_WORDS_SHIFT | (uint64_t)method << OP_METHOD_SHIFT |
	       (uint64_t)SPACE_INTERFACE << OP_INTERFACE_SHIFT;
}

/* One page that has its frame: each round maps and unmaps it, and measures one of the two. */
static enum status count_map(struct env *env, cap_t memory)
{
	const struct space_map_params params = {
		.address = PAGE_ADDRESS, .size = PAGE_BYTES, .write = true};
	const struct space_unmap_params undo = {.address = PAGE_ADDRESS, .size = PAGE_BYTES};
	struct raw_call map = {.word = space_word(SPACE_MAP_PARAMS_WORDS, SPACE_MAP),
	                       .target = env->space.id,
	                       .window = SPACE_MAP_PARAMS_CAPS};
	struct samples samples = {0};
	cap_t caps[IPC_CAPS_MAX];
	enum status status = OK;

	space_map_params_pack(&params, map.words, caps);
	for (unsigned i = 0; i < ROUNDS && status == OK; i++) {
		env->ipc.pages[0].caps[0] = memory.id;
		env->ipc.pages[0].caps[1] = env->account.id;
		samples_add(&samples, raw_measure4(&map) - raw_measure_none(&map));
		*(volatile unsigned char *)PAGE_ADDRESS = 1;
		status = space_unmap(&env->ipc, env->space, &undo);
	}
	samples_report(&samples, env, "mem.map", 1);
	return status;
}

static enum status count_unmap(struct env *env, cap_t memory)
{
	const struct space_map_params params = {.memory = memory,
	                                        .account = env->account,
	                                        .address = PAGE_ADDRESS,
	                                        .size = PAGE_BYTES,
	                                        .write = true};
	const struct space_unmap_params undo = {.address = PAGE_ADDRESS, .size = PAGE_BYTES};
	struct raw_call unmap = {.word = space_word(SPACE_UNMAP_PARAMS_WORDS, SPACE_UNMAP),
	                         .target = env->space.id};
	struct samples samples = {0};
	cap_t caps[IPC_CAPS_MAX];
	enum status status = OK;

	space_unmap_params_pack(&undo, unmap.words, caps);
	for (unsigned i = 0; i < ROUNDS && status == OK; i++) {
		status = space_map(&env->ipc, env->space, &params);
		if (status != OK)
			break;
		*(volatile unsigned char *)PAGE_ADDRESS = 1;
		samples_add(&samples, raw_measure2(&unmap) - raw_measure_none(&unmap));
	}
	samples_report(&samples, env, "mem.unmap", 1);
	return status;
}

static enum status count_mappings(struct env *env)
{
	cap_t memory;
	enum status status = create_memory(env, PAGE_BYTES, &memory);

	if (status != OK)
		return status;
	status = count_map(env, memory);
	if (status == OK)
		status = count_unmap(env, memory);
	ipc_drop(&env->ipc, memory);
	return status;
}

/* What a component does for a page of its own, through the framework. */
static enum status use_object(struct env *env)
{
	struct region_attach attach = {.size = PAGE_BYTES, .write = true};
	void *base;
	enum status status = create_memory(env, PAGE_BYTES, &attach.memory);

	if (status == OK)
		status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		return status;
	*(volatile unsigned char *)base = 1;
	region_detach(&env->regions, base, PAGE_BYTES);
	ipc_drop(&env->ipc, attach.memory);
	return OK;
}

static enum status count_object(struct env *env)
{
	struct samples samples = {0};
	enum status status = OK;

	for (unsigned i = 0; i < ROUNDS && status == OK; i++) {
		const uint64_t begin = sample_begin();

		status = use_object(env);
		samples_add(&samples, sample_end(begin));
	}
	samples_report(&samples, env, "mem.object4k", 1);
	return status;
}

enum status memory_suite(struct env *env)
{
	enum status status = count_fault(env);

	if (status == OK)
		status = count_mappings(env);
	return status == OK ? count_object(env) : status;
}
