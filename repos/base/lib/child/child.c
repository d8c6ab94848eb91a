/* SPDX-License-Identifier: MIT */
#include <base/child.h>
#include <base/elf.h>
#include <kernel/client.h>
#include <string.h>

enum { PAGE = 4096 };

struct loading {
	struct env *env;
	const struct child_start *start;
	struct child_image *image;
	const char *file;
	uint64_t used; /* of the image's memory */
};

static uint64_t page_down(uint64_t value)
{
	return value & ~(uint64_t)(PAGE - 1);
}

static uint64_t page_up(uint64_t value)
{
	return page_down(value + PAGE - 1);
}

static uint64_t segment_start(const struct elf_segment *segment)
{
	return page_down(segment->address);
}

static uint64_t segment_size(const struct elf_segment *segment)
{
	return page_up(segment->address + segment->memory_size) - segment_start(segment);
}

/* What is written to, stack and segments: one object, which is one capability of the child's. */
static enum status create_memory(struct loading *loading, const struct elf_image *elf,
                                 uint64_t stack)
{
	struct charge_create_memory_params params = {.size = stack};
	struct charge_create_memory_results results;

	for (unsigned i = 0; i < elf->segment_count; i++) {
		if (elf->segments[i].write)
			params.size += segment_size(&elf->segments[i]);
	}

	const enum status status = charge_create_memory(&loading->env->ipc, loading->start->account,
	                                                &params, &results);

	if (status == OK)
		loading->image->memory = results.memory;
	return status;
}

static enum status map(struct loading *loading, cap_t memory, uint64_t address, uint64_t offset,
                       uint64_t size, bool write, bool execute)
{
	const struct space_map_params params = {
		.memory = memory,
		.account = loading->start->account,
		.address = address,
		.offset = offset,
		.size = size,
		.write = write,
		.execute = execute,
	};

	return space_map(&loading->env->ipc, loading->start->domain, &params);
}

/* A private copy, made through a mapping of the parent's own. */
static enum status load_writable(struct loading *loading, const struct elf_segment *segment)
{
	struct regions *regions = &loading->env->regions;
	const uint64_t start = segment_start(segment), size = segment_size(segment);
	const uint64_t offset = loading->used;
	const cap_t memory = loading->image->memory;
	void *base;

	loading->used += size;
	if (segment->file_size > 0) {
		const struct region_attach attach = {
			.memory = memory, .offset = offset, .size = size, .write = true};
		const enum status status = region_attach(regions, &attach, &base);

		if (status != OK)
			return status;
		memcpy((char *)base + (segment->address - start), loading->file + segment->offset,
		       segment->file_size);
		region_detach(regions, base, size);
	}
	return map(loading, memory, start, offset, size, true, false);
}

/* Code and constants are shared with the ROM itself. */
static enum status load_constant(struct loading *loading, const struct elf_segment *segment)
{
	const uint64_t start = segment_start(segment), size = segment_size(segment);

	if ((segment->address - segment->offset) % PAGE != 0 ||
	    segment->memory_size != segment->file_size)
		return ERR_BAD_ARG;
	return map(loading, loading->start->binary, start, page_down(segment->offset), size, false,
	           segment->execute);
}

static enum status load(struct loading *loading, const struct elf_image *elf)
{
	const uint64_t stack = elf->stack_size ? page_up(elf->stack_size) : CHILD_STACK_DEFAULT;

	if (stack > CHILD_STACK_MAX)
		return ERR_BAD_ARG;

	enum status status = create_memory(loading, elf, stack);

	if (status != OK)
		return status;
	status = map(loading, loading->image->memory, CHILD_STACK_TOP - stack, 0, stack, true,
	             false);
	loading->used = stack;
	for (unsigned i = 0; i < elf->segment_count && status == OK; i++) {
		const struct elf_segment *segment = &elf->segments[i];

		status = segment->write ? load_writable(loading, segment)
		                        : load_constant(loading, segment);
	}
	return status;
}

static enum status start_thread(struct loading *loading, uint64_t entry)
{
	const struct child_start *start = loading->start;
	struct ipc *ipc = &loading->env->ipc;
	const struct domain_install_params install = {.slot = ENV_SLOT_PARENT,
	                                              .cap = start->parent};
	const struct charge_create_thread_params params = {
		.domain = start->domain,
		.context = start->context,
		.entry = entry,
		.stack = CHILD_STACK_TOP,
		.argument = start->flags,
		.message_address = CHILD_MESSAGE_ADDRESS,
		.message_pages = CHILD_MESSAGE_PAGES,
	};
	struct charge_create_thread_results results;
	enum status status = domain_install(ipc, start->domain, &install);

	if (status == OK)
		status = charge_create_thread(ipc, start->account, &params, &results);
	if (status != OK)
		return status;
	loading->image->thread = results.thread;
	return thread_start(ipc, results.thread);
}

enum status child_start(struct env *env, const struct child_start *start,
                        struct child_image *out_image)
{
	const struct region_attach attach = {.memory = start->binary, .size = start->binary_size};
	struct child_image image = {0};
	struct loading loading = {.env = env, .start = start, .image = &image};
	struct elf_image elf;
	void *file;
	enum status status = region_attach(&env->regions, &attach, &file);

	if (status != OK)
		return status;
	loading.file = file;
	status = elf_read(file, start->binary_size, &elf);
	if (status == OK)
		status = load(&loading, &elf);
	region_detach(&env->regions, file, start->binary_size);
	if (status == OK)
		status = start_thread(&loading, elf.entry);
	if (status != OK) {
		child_image_fini(env, &image);
		return status;
	}
	*out_image = image;
	return OK;
}

void child_image_fini(struct env *env, struct child_image *image)
{
	ipc_drop(&env->ipc, image->thread);
	ipc_drop(&env->ipc, image->memory);
	*image = (struct child_image){0};
}
