/* SPDX-License-Identifier: MIT */
/*
 * ELF section: reads one section of a component's binary, by name.
 *
 * The file may be anything: each offset is checked against its size.
 */
#pragma once

#include <stddef.h>

enum elf_section_result {
	ELF_SECTION_FOUND,
	ELF_SECTION_NONE,    /* a binary without such a section, or no 64-bit ELF file at all */
	ELF_SECTION_NO_FILE, /* it cannot be read */
};

/* FOUND: *out_bytes is a copy, aligned for every type, to be freed. */
enum elf_section_result elf_section_read(const char *path, const char *name, void **out_bytes,
                                         size_t *out_size);
