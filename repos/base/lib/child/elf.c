/* SPDX-License-Identifier: MIT */
#include <base/elf.h>
#include <elf.h>
#include <string.h>

#define ADDRESS_MIN 0x420000ul   /* stack and message pages are below */
#define ADDRESS_MAX 0x10000000ul /* where regions begin */

static bool inside(uint64_t offset, uint64_t length, size_t size)
{
	return offset <= size && length <= size - offset;
}

static bool header_valid(const Elf64_Ehdr *header, size_t size)
{
	static const unsigned char magic[] = {ELFMAG0, ELFMAG1,    ELFMAG2,
	                                      ELFMAG3, ELFCLASS64, ELFDATA2LSB};

	return size >= sizeof(*header) && memcmp(header->e_ident, magic, sizeof(magic)) == 0 &&
	       header->e_type == ET_EXEC && header->e_machine == EM_X86_64 &&
	       header->e_phentsize == sizeof(Elf64_Phdr) && header->e_phoff % 8 == 0 &&
	       inside(header->e_phoff, (uint64_t)header->e_phnum * sizeof(Elf64_Phdr), size);
}

static bool segment_valid(const Elf64_Phdr *segment, size_t size)
{
	if (!inside(segment->p_offset, segment->p_filesz, size) ||
	    segment->p_memsz < segment->p_filesz)
		return false;
	if (segment->p_vaddr < ADDRESS_MIN || segment->p_vaddr > ADDRESS_MAX ||
	    segment->p_memsz > ADDRESS_MAX - segment->p_vaddr)
		return false;
	return !((segment->p_flags & PF_W) && (segment->p_flags & PF_X));
}

enum status elf_read(const void *file, size_t size, struct elf_image *out_image)
{
	const Elf64_Ehdr *header = file;
	struct elf_image image = {0};

	if (!header_valid(header, size))
		return ERR_BAD_ARG;

	const Elf64_Phdr *segments = (const void *)((const char *)file + header->e_phoff);

	for (unsigned i = 0; i < header->e_phnum; i++) {
		const Elf64_Phdr *segment = &segments[i];

		if (segment->p_type == PT_GNU_STACK)
			image.stack_size = segment->p_memsz;
		if (segment->p_type != PT_LOAD || segment->p_memsz == 0)
			continue;
		if (image.segment_count == ELF_SEGMENTS_MAX || !segment_valid(segment, size))
			return ERR_BAD_ARG;
		image.segments[image.segment_count++] = (struct elf_segment){
			.offset = segment->p_offset,
			.address = segment->p_vaddr,
			.file_size = segment->p_filesz,
			.memory_size = segment->p_memsz,
			.write = segment->p_flags & PF_W,
			.execute = segment->p_flags & PF_X,
		};
	}
	image.entry = header->e_entry;
	*out_image = image;
	return OK;
}

enum status elf_section(const void *file, size_t size, const char *name, const void **out_at,
                        size_t *out_size)
{
	const Elf64_Ehdr *header = file;

	if (!header_valid(header, size) || header->e_shentsize != sizeof(Elf64_Shdr) ||
	    header->e_shoff % 8 != 0 ||
	    !inside(header->e_shoff, (uint64_t)header->e_shnum * sizeof(Elf64_Shdr), size) ||
	    header->e_shstrndx >= header->e_shnum)
		return ERR_BAD_ARG;

	const Elf64_Shdr *sections = (const void *)((const char *)file + header->e_shoff);
	const Elf64_Shdr *names = &sections[header->e_shstrndx];
	const size_t length = strlen(name) + 1;

	if (!inside(names->sh_offset, names->sh_size, size))
		return ERR_BAD_ARG;
	for (unsigned i = 0; i < header->e_shnum; i++) {
		const Elf64_Shdr *section = &sections[i];

		if (!inside(section->sh_name, length, names->sh_size) ||
		    memcmp((const char *)file + names->sh_offset + section->sh_name, name,
		           length) != 0)
			continue;
		if (!inside(section->sh_offset, section->sh_size, size))
			return ERR_BAD_ARG;
		*out_at = (const char *)file + section->sh_offset;
		*out_size = section->sh_size;
		return OK;
	}
	return ERR_BAD_ARG;
}
