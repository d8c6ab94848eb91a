/* SPDX-License-Identifier: MIT */
/*
 * What the loader tells: RAM, the boot archive, the command line. The same
 * structure whoever it was; nothing of the loader's own is kept.
 */
#pragma once

#include <stdint.h>

#include "memory/address.h"

enum { LOADER_PVH = 0x50564800, LOADER_MULTIBOOT2 = 0x36d76289 };
enum { LOADER_RANGES_MAX = 64, LOADER_COMMAND_LINE_MAX = 256 };

struct memory_range {
	paddr_t start, end;
};

struct loader_info {
	struct memory_range ram[LOADER_RANGES_MAX];
	unsigned ram_count;
	struct memory_range archive;
	char command_line[LOADER_COMMAND_LINE_MAX];
};

/* Panics when there is no archive or the loader is unknown. */
void loader_info_read(struct loader_info *info, uint32_t loader, paddr_t address);
/* The decimal value of `name=` on the command line, or `otherwise`. */
uint64_t loader_info_number(const struct loader_info *info, const char *name, uint64_t otherwise);
