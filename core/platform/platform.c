/* SPDX-License-Identifier: MIT */
#include "platform/platform.h"

#include <abi/boot_archive.h>
#include <io_mem_session/types.h>
#include <kernel/client.h>
#include <string.h>

enum { CORE_TABLE_SLOTS = 2048 };

/* The page tables of the window stay once they are there: so they are, before the account is looked at. */
static enum status map_window_once(struct env *env)
{
	enum { PAGE = 4096, TABLE_PAGES = 512 };
	enum status status = OK;

	for (size_t page = 0; page < REGION_WINDOW_PAGES && status == OK; page += TABLE_PAGES) {
		const struct space_map_params map = {
			.memory = cap_make(CORE_SLOT_ARCHIVE, 1),
			.account = env->account,
			.address = REGION_WINDOW + page * PAGE,
			.size = PAGE,
		};
		const struct space_unmap_params unmap = {.address = map.address, .size = PAGE};

		status = space_map(&env->ipc, env->space, &map);
		if (status == OK)
			status = space_unmap(&env->ipc, env->space, &unmap);
	}
	return status;
}

enum status platform_init_env(struct core *core, struct message_page *pages)
{
	struct env *env = &core->env;
	enum status status;

	slots_init(&env->slots, CORE_SLOT_FIRST_FREE, CORE_TABLE_SLOTS);
	slots_move(&env->slots, core->slots, SLOTS_MAX);
	env->account = cap_make(CORE_SLOT_ACCOUNT, 1);
	env->space = cap_make(CORE_SLOT_DOMAIN, 1);
	core->platform = cap_make(CORE_SLOT_PLATFORM, 1);
	core->context = cap_make(CORE_SLOT_CONTEXT, 1);
	status = ipc_init(&env->ipc, pages, &env->slots);
	if (status != OK)
		return status;
	regions_init(&env->regions, &env->ipc, env->space, env->account);
	heap_init(&env->heap, &env->regions, env->account);
	return map_window_once(env);
}

static const struct boot_archive *the_archive(void)
{
	return (const void *)CORE_ARCHIVE_ADDRESS;
}

static const struct boot_archive_file *find_file(const char *name)
{
	const struct boot_archive *archive = the_archive();

	for (uint32_t i = 0; i < archive->file_count; i++) {
		if (strcmp(archive->files[i].name, name) == 0)
			return &archive->files[i];
	}
	return NULL;
}

enum status platform_derive(struct core *core, cap_t cap, uint32_t interface, cap_t account,
                            cap_t *out_facet)
{
	const struct self_derive_params params = {
		.cap = cap.id, .interface = interface, .account = account};
	struct self_derive_results results;
	const enum status status = self_derive(&core->env.ipc, CAP_NULL, &params, &results);

	if (status == OK)
		*out_facet = results.derived;
	return status;
}

bool platform_is_kernel_object(struct core *core, cap_t cap, int kind)
{
	const struct self_inspect_params params = {.cap = cap.id};
	struct self_inspect_results results;

	return cap_valid(cap) && self_inspect(&core->env.ipc, CAP_NULL, &params, &results) == OK &&
	       (int)results.kind == kind;
}

static enum status create_rom(struct core *core, const struct boot_archive_file *file,
                              cap_t *out_memory)
{
	const struct platform_create_boot_memory_params params = {
		.account = core->env.account,
		.offset = file->offset,
		.size = (file->size + 4095) & ~4095ul,
	};
	struct platform_create_boot_memory_results results;
	const enum status status =
		platform_create_boot_memory(&core->env.ipc, core->platform, &params, &results);

	if (status == OK)
		*out_memory = results.memory;
	return status;
}

enum status platform_rom(struct core *core, const char *name, cap_t *out_memory, uint64_t *out_size)
{
	const struct boot_archive *archive = the_archive();
	const struct boot_archive_file *file = find_file(name);
	enum status status = OK;

	if (!file)
		return ERR_DENIED;
	if (!core->roms)
		core->roms = heap_alloc(&core->env.heap, archive->file_count * sizeof(cap_t));
	if (!core->roms)
		return ERR_NOT_NOW;

	cap_t *memory = &core->roms[file - archive->files];

	if (file->size > 0 && !cap_valid(*memory))
		status = create_rom(core, file, memory);
	if (status != OK)
		return ERR_NOT_NOW; /* core's own reserve is used up */
	*out_memory = *memory;
	*out_size = file->size;
	return OK;
}

void platform_rom_fini(struct core *core)
{
	for (uint32_t i = 0; core->roms && i < the_archive()->file_count; i++)
		ipc_drop(&core->env.ipc, core->roms[i]);
	heap_free(&core->env.heap, core->roms);
	core->roms = NULL;
}

enum status platform_io_ports(struct core *core, cap_t account, uint16_t base, uint32_t count,
                              cap_t *out_ports)
{
	const struct platform_create_io_ports_params params = {
		.account = account, .base = base, .count = count};
	struct platform_create_io_ports_results results;
	const enum status status =
		platform_create_io_ports(&core->env.ipc, core->platform, &params, &results);

	if (status == OK)
		*out_ports = results.ports;
	return status;
}

enum status platform_irq(struct core *core, cap_t account, unsigned line, cap_t *out_irq)
{
	const struct platform_create_irq_params params = {.account = account,
	                                                  .line = (uint8_t)line};
	struct platform_create_irq_results results;
	const enum status status =
		platform_create_irq(&core->env.ipc, core->platform, &params, &results);

	if (status == OK)
		*out_irq = results.irq;
	return status;
}

enum status platform_device_memory(struct core *core, cap_t account, const struct io_mem_args *args,
                                   cap_t *out_memory)
{
	const struct platform_create_device_memory_params params = {
		.account = account,
		.address = args->address,
		.size = args->size,
		.write_combined = args->write_combined,
	};
	struct platform_create_device_memory_results results;
	const enum status status =
		platform_create_device_memory(&core->env.ipc, core->platform, &params, &results);

	if (status == OK)
		*out_memory = results.memory;
	return status;
}
