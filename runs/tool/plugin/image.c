/* SPDX-License-Identifier: MIT */
#include "image.h"

#include "store.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IMAGES_MAX = 64, NAME_MAX_BYTES = 128, PATH_MAX_BYTES = 512 };

#define GUEST_PAGE ((uint64_t)4096)

struct file {
	const uint8_t *bytes;
	size_t size;
};

struct image {
	char name[NAME_MAX_BYTES];
	struct file file;
	struct function *functions; /* sorted by address; the first one is nameless, at 0 */
	size_t function_count;
};

struct images {
	struct image list[IMAGES_MAX];
	size_t count;
	struct image unknown;
};

/* ---- ELF ---- */

static struct file map_file(const char *path)
{
	struct file file = {0};
	struct stat status;
	const int opened = open(path, O_RDONLY | O_CLOEXEC);

	if (opened < 0)
		return file;
	if (fstat(opened, &status) == 0 && (size_t)status.st_size > sizeof(Elf64_Ehdr)) {
		void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, opened, 0);
		if (bytes != MAP_FAILED)
			file = (struct file){.bytes = bytes, .size = (size_t)status.st_size};
	}
	close(opened);
	if (file.bytes && memcmp(file.bytes, ELFMAG, SELFMAG) != 0)
		return (struct file){0};
	return file;
}

/* An array within the file, or NULL where it does not lie in it. */
static const void *part(const struct file *file, uint64_t offset, uint64_t count, uint64_t size)
{
	if (count == 0 || size == 0 || offset > file->size || (file->size - offset) / size < count)
		return NULL;
	return file->bytes + offset;
}

static const Elf64_Shdr *find_section(const struct file *file, uint32_t type)
{
	const Elf64_Ehdr *header = (const void *)file->bytes;
	const Elf64_Shdr *sections = part(file, header->e_shoff, header->e_shnum, sizeof *sections);

	for (unsigned i = 0; sections && i < header->e_shnum; i++)
		if (sections[i].sh_type == type)
			return &sections[i];
	return NULL;
}

/* ---- functions ---- */

/* What the compiler has made of a function is still that function: name.part.0, name.cold. */
static const char *plain_name(const char *name, size_t size_max)
{
	const size_t size = strnlen(name, size_max);
	const char *dot = memchr(name, '.', size);
	char *copy = store_new((dot ? (size_t)(dot - name) : size) + 1);

	memcpy(copy, name, dot ? (size_t)(dot - name) : size);
	return copy;
}

static bool names_code(const Elf64_Sym *symbol, const char *name)
{
	const unsigned type = ELF64_ST_TYPE(symbol->st_info);

	return (type == STT_FUNC || type == STT_NOTYPE) && symbol->st_shndx != SHN_UNDEF &&
	       symbol->st_shndx < SHN_LORESERVE && name[0] != '\0' && name[0] != '.';
}

static int by_address(const void *a, const void *b)
{
	const struct function *left = a, *right = b;

	return left->address < right->address ? -1 : left->address > right->address;
}

static void read_functions(struct image *image, const struct file *file)
{
	const Elf64_Shdr *table = file->bytes ? find_section(file, SHT_SYMTAB) : NULL;
	const Elf64_Ehdr *header = (const void *)file->bytes;
	const uint64_t count = table ? table->sh_size / sizeof(Elf64_Sym) : 0;
	const Elf64_Sym *symbols =
		table ? part(file, table->sh_offset, count, sizeof *symbols) : NULL;

	image->functions = store_new((count + 1) * sizeof *image->functions);
	image->functions[image->function_count++] =
		(struct function){.image = image, .name = "unnamed"};
	if (!symbols || table->sh_link >= header->e_shnum)
		return;

	const Elf64_Shdr *strings =
		(const Elf64_Shdr *)(const void *)(file->bytes + header->e_shoff) + table->sh_link;
	const char *names = part(file, strings->sh_offset, strings->sh_size, 1);

	for (uint64_t i = 0; names && i < count; i++) {
		const char *name = names + symbols[i].st_name;
		if (symbols[i].st_name >= strings->sh_size || !names_code(&symbols[i], name))
			continue;
		image->functions[image->function_count++] = (struct function){
			.image = image,
			.address = symbols[i].st_value,
			.name = plain_name(name, strings->sh_size - symbols[i].st_name),
		};
	}
	qsort(image->functions, image->function_count, sizeof *image->functions, by_address);
}

static const struct function *function_at(const struct image *image, uint64_t address)
{
	size_t low = 0, high = image->function_count;

	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;
		if (image->functions[middle].address <= address)
			low = middle;
		else
			high = middle;
	}
	/* of several names of one address the first one */
	while (low > 1 && image->functions[low - 1].address == image->functions[low].address)
		low--;
	return &image->functions[low];
}

/* ---- programs ---- */

/* Whether the page of memory with this address is what the file has there. */
static bool page_matches(const struct file *file, uint64_t address, const uint8_t *host)
{
	const Elf64_Ehdr *header = (const void *)file->bytes;
	const Elf64_Phdr *segments =
		file->bytes ? part(file, header->e_phoff, header->e_phnum, sizeof *segments) : NULL;
	const uint64_t page = address & ~(GUEST_PAGE - 1);
	const uint8_t *host_page = host - (address - page);

	for (unsigned i = 0; segments && i < header->e_phnum; i++) {
		const Elf64_Phdr *segment = &segments[i];
		const uint64_t first = page > segment->p_vaddr ? page : segment->p_vaddr;
		const uint64_t end = segment->p_vaddr + segment->p_filesz;
		const uint64_t last = page + GUEST_PAGE < end ? page + GUEST_PAGE : end;
		if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || address < first ||
		    address >= last)
			continue;
		const uint8_t *bytes = part(file, segment->p_offset, segment->p_filesz, 1);
		return bytes && memcmp(bytes + (first - segment->p_vaddr),
		                       host_page + (first - page), last - first) == 0;
	}
	return false;
}

const struct function *images_find(struct images *images, uint64_t address, const void *host)
{
	for (size_t i = 0; host && i < images->count; i++)
		if (page_matches(&images->list[i].file, address, host))
			return function_at(&images->list[i], address);
	return &images->unknown.functions[0];
}

const struct function *images_symbol(const struct images *images, const char *image,
                                     const char *function)
{
	for (size_t i = 0; i < images->count; i++) {
		const struct image *candidate = &images->list[i];
		if (strcmp(candidate->name, image) != 0)
			continue;
		for (size_t k = 0; k < candidate->function_count; k++)
			if (strcmp(candidate->functions[k].name, function) == 0)
				return &candidate->functions[k];
	}
	return NULL;
}

const char *image_name(const struct image *image)
{
	return image->name;
}

struct images *images_open(const char *list_path)
{
	char file[PATH_MAX_BYTES], symbols[PATH_MAX_BYTES];
	struct images *images = store_new(sizeof *images);
	FILE *list = list_path ? fopen(list_path, "re") : NULL;

	strcpy(images->unknown.name, "unknown");
	read_functions(&images->unknown, &(struct file){0});
	while (list && images->count < IMAGES_MAX) {
		struct image *image = &images->list[images->count];
		if (fscanf(list, "%127s %511s %511s", image->name, file, symbols) != 3)
			break;
		const struct file symbol_file = map_file(symbols);
		image->file = map_file(file);
		read_functions(image, &symbol_file);
		images->count++;
	}
	if (list)
		fclose(list);
	return images;
}
