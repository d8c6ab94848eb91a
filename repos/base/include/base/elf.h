/* SPDX-License-Identifier: MIT */
/*
 * ELF: what a loader needs of an executable, read with every offset checked.
 * Static x86-64 executables only (System V gABI, chapters 4 and 5).
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ELF_SEGMENTS_MAX = 8 };

struct elf_segment {
	uint64_t offset, address, file_size, memory_size;
	bool write, execute;
};

struct elf_image {
	uint64_t entry;
	uint64_t stack_size; /* 0: not said */
	struct elf_segment segments[ELF_SEGMENTS_MAX];
	unsigned segment_count;
};

/* ERR_BAD_ARG: no executable of this kind, or it contradicts itself. */
enum status elf_read(const void *file, size_t size, struct elf_image *out_image);
/* The content of a section by name; ERR_BAD_ARG when there is none. */
enum status elf_section(const void *file, size_t size, const char *name, const void **out_at,
                        size_t *out_size);
