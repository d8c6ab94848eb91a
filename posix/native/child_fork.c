/* SPDX-License-Identifier: MIT */
/*
 * A forked child as a component. Its code is mapped from the file that this component was started
 * from; the program's data and the stack are copied, since only the kernel and our parent know that
 * memory; what the program has mapped itself is cloned, or shared (shared_memory.h). What this
 * library changes in its memory is not copied: the child begins with zeros there, like any component.
 */
#include <elf.h>
#include <string.h>

#include <kernel/client.h>
#include <memory/pieces.h>
#include <parent/client.h>

#include <native_process.h>

#include "component.h"
#include "service.h"
#include "shared_memory.h"

/* The program as the linker has laid it out, and the part of it that is this library's. */
extern const Elf64_Ehdr __ehdr_start;
extern uint8_t __library_begin[];

enum { TOP_UP_RAM = 64 * 1024, TOP_UP_CAPS = 16 };

static uintptr_t page_down(uintptr_t address)
{
	return address & ~(uintptr_t)(NATIVE_PAGE_SIZE - 1);
}

static uintptr_t page_up(uintptr_t address)
{
	return page_down(address + NATIVE_PAGE_SIZE - 1);
}

static const Elf64_Phdr *segments(void)
{
	return (const void *)((const uint8_t *)&__ehdr_start + __ehdr_start.e_phoff);
}

/* ---- what is copied ------------------------------------------------------------------------- */

/* Where in the address space the stack and the data are; in one memory object they follow on. */
struct image {
	uintptr_t stack; /* to CHILD_STACK_TOP */
	uintptr_t data;
	uintptr_t data_end;
};

static struct image image_of_program(void)
{
	struct image image = {.stack = CHILD_STACK_TOP - CHILD_STACK_DEFAULT};

	for (unsigned i = 0; i < __ehdr_start.e_phnum; i++) {
		const Elf64_Phdr *segment = &segments()[i];
		if (segment->p_type == PT_GNU_STACK && segment->p_memsz)
			image.stack = CHILD_STACK_TOP - page_up(segment->p_memsz);
		if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_W))
			continue;
		image.data = page_down(segment->p_vaddr);
		image.data_end = page_up(segment->p_vaddr + segment->p_memsz);
	}
	return image;
}

static size_t stack_size(const struct image *image)
{
	return CHILD_STACK_TOP - image->stack;
}

static size_t image_size(const struct image *image)
{
	return stack_size(image) + (image->data_end - image->data);
}

/* A stack that the program has made itself is cloned; then all of this one is copied. */
static void copy_image(const struct image *image, uintptr_t stack, uint8_t *to)
{
	const bool here = stack >= image->stack && stack < CHILD_STACK_TOP;
	const uintptr_t from = here ? stack : image->stack;

	memcpy(to + (from - image->stack), (const void *)from, CHILD_STACK_TOP - from);
	memcpy(to + stack_size(image), (const void *)image->data,
	       (uintptr_t)__library_begin - image->data);
}

/* ---- mapping -------------------------------------------------------------------------------- */

/* After a refusal for lack of budget: gives the child some of ours. True: it is worth another try. */
static bool top_up(const struct native_child *child, enum status refusal)
{
	struct env *env = component_env();
	const struct charge_fund_params fund = {
		.child = child->account,
		.ram = refusal == ERR_OUT_OF_RAM ? TOP_UP_RAM : 0,
		.caps = refusal == ERR_OUT_OF_CAPS ? TOP_UP_CAPS : 0,
	};

	if (!fund.ram && !fund.caps)
		return false;
	enum status status = charge_fund(&env->ipc, env->account, &fund);
	if (component_more(status, fund.ram, (uint32_t)fund.caps))
		status = charge_fund(&env->ipc, env->account, &fund);
	return status == OK;
}

struct map {
	cap_t memory;
	uintptr_t at;
	size_t offset;
	size_t size;
	enum native_access access;
};

static enum status map_piece(const struct native_child *child, const struct map *map)
{
	const struct space_map_params params = {
		.memory = map->memory,
		.account = child->charge,
		.address = map->at,
		.offset = map->offset,
		.size = map->size,
		.write = map->access & NATIVE_ACCESS_WRITE,
		.execute = map->access & NATIVE_ACCESS_EXECUTE,
	};
	enum status status;

	do
		status = space_map(&component_env()->ipc, child->domain, &params);
	while (top_up(child, status));
	return status;
}

static enum status map_code(const struct native_child *child)
{
	enum status status = OK;

	for (unsigned i = 0; i < __ehdr_start.e_phnum && status == OK; i++) {
		const Elf64_Phdr *segment = &segments()[i];
		if (segment->p_type != PT_LOAD || segment->p_flags & PF_W)
			continue;
		const struct map map = {
			.memory = child->binary,
			.at = page_down(segment->p_vaddr),
			.offset = page_down(segment->p_offset),
			.size = page_up(segment->p_vaddr + segment->p_memsz) -
		                page_down(segment->p_vaddr),
			.access = segment->p_flags & PF_X ? NATIVE_ACCESS_EXECUTE
		                                          : NATIVE_ACCESS_READ,
		};
		status = map_piece(child, &map);
	}
	return status;
}

static enum status map_image(struct native_child *child, uintptr_t stack)
{
	const enum native_access read_write = NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE;
	const struct image image = image_of_program();
	const struct charge_create_memory_params params = {.size = image_size(&image)};
	struct env *env = component_env();
	struct charge_create_memory_results made;
	void *base;

	env_reserve_slots(env);
	enum status status = charge_create_memory(&env->ipc, child->charge, &params, &made);
	if (status != OK)
		return status;
	child->image.memory = made.memory;
	const struct region_attach attach = {
		.memory = made.memory, .size = params.size, .write = true};
	status = region_attach(&env->regions, &attach, &base);
	if (component_more(status, 0, 0))
		status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		return status;
	copy_image(&image, stack, base);
	region_detach(&env->regions, base, params.size);
	struct map map = {.memory = made.memory,
	                  .at = image.stack,
	                  .size = stack_size(&image),
	                  .access = read_write};
	status = map_piece(child, &map);
	map.at = image.data;
	map.offset = map.size;
	map.size = image.data_end - image.data;
	return status == OK ? map_piece(child, &map) : status;
}

/* ---- what is cloned, and what is shared ----------------------------------------------------- */

static enum status clone_memory(const struct native_child *child, uint64_t memory,
                                cap_t *out_memory)
{
	struct env *env = component_env();
	const struct read_only_clone_params params = {.account = child->charge};
	const cap_t source = component_memory(memory);
	struct read_only_clone_results made;
	enum status status;

	env_reserve_slots(env);
	do
		status = read_only_clone(&env->ipc, source, &params, &made);
	while (top_up(child, status));
	if (status == OK)
		*out_memory = made.memory;
	return status;
}

static enum status hand_down(struct native_child *child, const struct memory_pieces *pieces)
{
	const size_t room = pieces->memory_count + 1;
	enum status status = OK;

	child->memories = native_heap_alloc(room * sizeof *child->memories);
	child->shared = native_heap_alloc(room * sizeof *child->shared);
	if (!child->memories || !child->shared)
		return ERR_OUT_OF_RAM;
	while (child->memory_count < pieces->memory_count) {
		const struct piece_memory *from = &pieces->memories[child->memory_count];
		cap_t *to = &child->memories[child->memory_count];
		status = from->shared ? shared_memory_get(from->native, to)
		                      : clone_memory(child, from->native, to);
		if (status != OK)
			break;
		child->shared[child->memory_count++] = from->shared ? from->native : 0;
	}
	return status;
}

/* Neighbours with one access are one mapping, as they are here. */
static enum status map_pieces(const struct native_child *child, const struct memory_pieces *pieces)
{
	enum status status = OK;

	for (uint32_t i = 0, next; i < pieces->count && status == OK; i = next) {
		const struct memory_piece *piece = &pieces->items[i];
		struct map map = {.at = piece->base,
		                  .offset = piece->offset,
		                  .size = piece->size,
		                  .access = piece->access};
		for (next = i + 1; next < pieces->count; next++) {
			const struct memory_piece *more = &pieces->items[next];
			if (more->memory != piece->memory || more->access != piece->access ||
			    more->base != map.at + map.size ||
			    more->offset != map.offset + map.size)
				break;
			map.size += more->size;
		}
		if (piece->memory == 0 || piece->access == NATIVE_ACCESS_NONE)
			continue;
		map.memory = child->memories[piece->memory - 1];
		status = map_piece(child, &map);
	}
	return status;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static enum status start_thread(struct native_child *child, uintptr_t stack)
{
	enum {
		DISTANCE = 256
	}; /* what a leaf function may use below its stack pointer, and more */
	struct env *env = component_env();
	const struct domain_install_params install = {.slot = ENV_SLOT_PARENT,
	                                              .cap = child->client};
	const struct charge_create_thread_params params = {
		.domain = child->domain,
		.context = service_of_component()->context,
		.entry = __ehdr_start.e_entry,
		.stack = stack - DISTANCE,
		.message_address = CHILD_MESSAGE_ADDRESS,
		.message_pages = CHILD_MESSAGE_PAGES,
	};
	struct charge_create_thread_results made;

	env_reserve_slots(env);
	enum status status = domain_install(&env->ipc, child->domain, &install);
	if (status == OK)
		status = charge_create_thread(&env->ipc, child->charge, &params, &made);
	if (status != OK)
		return status;
	child->image.thread = made.thread;
	return thread_start(&env->ipc, made.thread);
}

static enum status know_own_binary(struct service *service)
{
	struct env *env = component_env();
	struct parent_binary_results results;

	if (cap_valid(service->binary))
		return OK;
	env_reserve_slots(env);
	const enum status status = parent_binary(&env->ipc, env->parent, &results);
	if (status == OK)
		service->binary = results.memory;
	return status;
}

enum status native_child_fork(const struct native_fork *fork, struct native_child **out_child)
{
	struct service *service = service_of_component();
	const struct image image = image_of_program();
	uint64_t ram = image_size(&image);
	struct native_child *child;

	for (uint32_t i = 0; i < fork->pieces->memory_count; i++)
		ram += fork->pieces->memories[i].shared ? 0 : fork->pieces->memories[i].size;
	enum status status = know_own_binary(service);
	if (status == OK)
		status = child_create(&fork->spawn, ram, fork->pieces->memory_count, &child);
	if (status != OK)
		return status;
	child->binary = service->binary;
	status = map_code(child);
	if (status == OK)
		status = map_image(child, (uintptr_t)fork->stack);
	if (status == OK)
		status = hand_down(child, fork->pieces);
	if (status == OK)
		status = map_pieces(child, fork->pieces);
	if (status == OK)
		status = start_thread(child, (uintptr_t)fork->stack);
	if (status == OK)
		*out_child = child;
	else
		child_abandon(child);
	return status;
}
