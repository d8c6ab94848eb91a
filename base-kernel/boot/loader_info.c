/* SPDX-License-Identifier: MIT */
/*
 * Formats: Multiboot2 specification version 2.0, section 3.6; Xen's
 * start_info.h for the PVH entry.
 */
#include "loader_info.h"

#include "panic.h"

enum { TAG_END = 0, TAG_COMMAND_LINE = 1, TAG_MODULE = 3, TAG_MEMORY_MAP = 6 };
enum { MEMORY_USABLE = 1, PVH_MAGIC = 0x336ec578 };

struct multiboot2_tag {
	uint32_t type;
	uint32_t size;
};

struct multiboot2_module {
	struct multiboot2_tag tag;
	uint32_t start, end;
};

struct multiboot2_memory_entry {
	uint64_t address, length;
	uint32_t type, reserved;
};

struct multiboot2_memory_map {
	struct multiboot2_tag tag;
	uint32_t entry_size, entry_version;
};

struct pvh_info {
	uint32_t magic, version, flags, module_count;
	uint64_t modules, command_line, rsdp, memory_map;
	uint32_t memory_map_entries, reserved;
};

struct pvh_module {
	uint64_t address, size, command_line, reserved;
};

static void add_ram(struct loader_info *info, uint32_t type, uint64_t start, uint64_t length)
{
	if (type != MEMORY_USABLE || info->ram_count == LOADER_RANGES_MAX || start + length < start)
		return;
	info->ram[info->ram_count++] = (struct memory_range){start, start + length};
}

static void copy_command_line(struct loader_info *info, const char *text)
{
	unsigned i = 0;

	for (; i < LOADER_COMMAND_LINE_MAX - 1 && text[i]; i++)
		info->command_line[i] = text[i];
	info->command_line[i] = '\0';
}

static void read_memory_map(struct loader_info *info, const struct multiboot2_memory_map *map)
{
	const char *end = (const char *)map + map->tag.size;

	for (const char *at = (const char *)(map + 1); at + map->entry_size <= end;
	     at += map->entry_size) {
		const struct multiboot2_memory_entry *entry = (const void *)at;

		add_ram(info, entry->type, entry->address, entry->length);
	}
}

static void read_multiboot2(struct loader_info *info, const char *at)
{
	for (at += 8;;) {
		const struct multiboot2_tag *tag = (const void *)at;

		if (tag->type == TAG_END)
			return;
		if (tag->type == TAG_COMMAND_LINE)
			copy_command_line(info, (const char *)(tag + 1));
		if (tag->type == TAG_MEMORY_MAP)
			read_memory_map(info, (const void *)tag);
		if (tag->type == TAG_MODULE) {
			const struct multiboot2_module *module = (const void *)tag;

			info->archive = (struct memory_range){module->start, module->end};
		}
		at += (tag->size + 7) & ~7u;
	}
}

static void read_pvh(struct loader_info *info, const struct pvh_info *pvh)
{
	const struct multiboot2_memory_entry *map = paddr_to_pointer(pvh->memory_map);

	if (pvh->magic != PVH_MAGIC)
		panic("the loader's PVH information has a wrong magic number");
	for (uint32_t i = 0; i < pvh->memory_map_entries; i++)
		add_ram(info, map[i].type, map[i].address, map[i].length);
	if (pvh->command_line)
		copy_command_line(info, paddr_to_pointer(pvh->command_line));
	if (pvh->module_count > 0) {
		const struct pvh_module *module = paddr_to_pointer(pvh->modules);

		info->archive =
			(struct memory_range){module->address, module->address + module->size};
	}
}

void loader_info_read(struct loader_info *info, uint32_t loader, paddr_t address)
{
	*info = (struct loader_info){0};
	if (loader == LOADER_MULTIBOOT2)
		read_multiboot2(info, paddr_to_pointer(address));
	else if (loader == LOADER_PVH)
		read_pvh(info, paddr_to_pointer(address));
	else
		panic("unknown loader");
	if (info->archive.end <= info->archive.start)
		panic("the loader brought no boot archive");
	if (info->archive.start & (PAGE_SIZE - 1))
		panic("the boot archive is not on a page boundary");
}

uint64_t loader_info_number(const struct loader_info *info, const char *name, uint64_t otherwise)
{
	for (const char *at = info->command_line; *at; at++) {
		const char *a = at, *b = name;

		if (at != info->command_line && at[-1] != ' ')
			continue;
		while (*b && *a == *b)
			a++, b++;
		if (*b || *a++ != '=')
			continue;

		uint64_t value = 0;

		while (*a >= '0' && *a <= '9')
			value = value * 10 + (uint64_t)(*a++ - '0');
		return value;
	}
	return otherwise;
}
