/* SPDX-License-Identifier: MIT */
#include "component_schema.h"

#include <elf.h>
#include <stdbool.h>
#include <string.h>

static const char section_name[] = ".capos.schema";

struct elf {
	const unsigned char *bytes;
	size_t size;
	Elf64_Ehdr header;
};

static bool inside(const struct elf *elf, uint64_t offset, uint64_t size)
{
	return offset <= elf->size && size <= elf->size - offset;
}

static bool read_header(struct elf *elf)
{
	if (elf->size < sizeof(elf->header))
		return false;
	memcpy(&elf->header, elf->bytes, sizeof(elf->header));
	return !memcmp(elf->header.e_ident, ELFMAG, SELFMAG) &&
	       elf->header.e_ident[EI_CLASS] == ELFCLASS64 &&
	       elf->header.e_ident[EI_DATA] == ELFDATA2LSB &&
	       elf->header.e_shentsize == sizeof(Elf64_Shdr) &&
	       inside(elf, elf->header.e_shoff, (uint64_t)elf->header.e_shnum * sizeof(Elf64_Shdr));
}

static Elf64_Shdr section(const struct elf *elf, unsigned index)
{
	Elf64_Shdr found;

	memcpy(&found, elf->bytes + elf->header.e_shoff + index * sizeof(found), sizeof(found));
	return found;
}

static bool named(const struct elf *elf, const Elf64_Shdr *names, const Elf64_Shdr *candidate)
{
	if (candidate->sh_name >= names->sh_size ||
	    names->sh_size - candidate->sh_name < sizeof(section_name))
		return false;
	return !memcmp(elf->bytes + names->sh_offset + candidate->sh_name, section_name,
	               sizeof(section_name));
}

enum status component_schema_find(const void *file, size_t size, const void **out_bytes,
                                  size_t *out_size)
{
	struct elf elf = {.bytes = file, .size = size};

	if (!read_header(&elf))
		return ERR_BAD_ARG;
	if (elf.header.e_shnum == 0)
		return ERR_UNSUPPORTED;
	if (elf.header.e_shstrndx >= elf.header.e_shnum)
		return ERR_BAD_ARG;
	const Elf64_Shdr names = section(&elf, elf.header.e_shstrndx);
	if (!inside(&elf, names.sh_offset, names.sh_size))
		return ERR_BAD_ARG;

	for (unsigned i = 1; i < elf.header.e_shnum; i++) {
		const Elf64_Shdr candidate = section(&elf, i);
		if (!named(&elf, &names, &candidate))
			continue;
		if (candidate.sh_type == SHT_NOBITS ||
		    !inside(&elf, candidate.sh_offset, candidate.sh_size))
			return ERR_BAD_ARG;
		*out_bytes = elf.bytes + candidate.sh_offset;
		*out_size = candidate.sh_size;
		return OK;
	}
	return ERR_UNSUPPORTED;
}
