/* SPDX-License-Identifier: MIT */
#include "elf_section.h"

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 256 << 20 };

struct image {
	const unsigned char *bytes;
	size_t size;
};

/* The `size` bytes at `offset`, or NULL where the file does not have them. */
static const void *at(const struct image *image, uint64_t offset, uint64_t size)
{
	if (offset > image->size || size > image->size - offset)
		return NULL;
	return image->bytes + offset;
}

static bool header_read(const struct image *image, Elf64_Ehdr *out_header)
{
	const void *bytes = at(image, 0, sizeof *out_header);

	if (!bytes)
		return false;
	memcpy(out_header, bytes, sizeof *out_header);
	return memcmp(out_header->e_ident, ELFMAG, SELFMAG) == 0 &&
	       out_header->e_ident[EI_CLASS] == ELFCLASS64 &&
	       out_header->e_shentsize == sizeof(Elf64_Shdr);
}

static bool section_header(const struct image *image, const Elf64_Ehdr *header, unsigned index,
                           Elf64_Shdr *out_section)
{
	const uint64_t step = (uint64_t)index * sizeof *out_section;
	const void *bytes = NULL;

	if (index < header->e_shnum && header->e_shoff <= image->size)
		bytes = at(image, header->e_shoff + step, sizeof *out_section);
	if (bytes)
		memcpy(out_section, bytes, sizeof *out_section);
	return bytes != NULL;
}

static bool section_find(const struct image *image, const char *name, Elf64_Shdr *out_section)
{
	Elf64_Ehdr header;
	Elf64_Shdr names;

	if (!header_read(image, &header) ||
	    !section_header(image, &header, header.e_shstrndx, &names))
		return false;
	for (unsigned i = 0; i < header.e_shnum; i++) {
		const size_t size = strlen(name) + 1;
		if (!section_header(image, &header, i, out_section))
			return false;
		const void *found = NULL;
		if (names.sh_offset <= image->size) /* so the sum does not wrap */
			found = at(image, names.sh_offset + out_section->sh_name, size);
		if (found && memcmp(found, name, size) == 0)
			return out_section->sh_type != SHT_NOBITS;
	}
	return false;
}

static unsigned char *load(const char *path, size_t *out_size)
{
	FILE *file = fopen(path, "rbe");
	unsigned char *bytes = NULL;

	if (!file)
		return NULL;
	const long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
	if (size >= 0 && size <= FILE_SIZE_MAX)
		bytes = malloc((size_t)size + 1);
	rewind(file);
	if (bytes)
		*out_size = fread(bytes, 1, (size_t)size, file);
	fclose(file);
	return bytes;
}

enum elf_section_result elf_section_read(const char *path, const char *name, void **out_bytes,
                                         size_t *out_size)
{
	enum elf_section_result result = ELF_SECTION_NONE;
	struct image image;
	Elf64_Shdr section;

	unsigned char *bytes = load(path, &image.size);
	if (!bytes)
		return ELF_SECTION_NO_FILE;
	image.bytes = bytes;
	const void *content = section_find(&image, name, &section)
	                              ? at(&image, section.sh_offset, section.sh_size)
	                              : NULL;
	void *copy = content ? malloc(section.sh_size + 1) : NULL;
	if (copy) {
		memcpy(copy, content, section.sh_size);
		*out_bytes = copy;
		*out_size = section.sh_size;
		result = ELF_SECTION_FOUND;
	}
	free(bytes);
	return result;
}
