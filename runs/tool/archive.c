/* SPDX-License-Identifier: MIT */
#include "archive.h"

#include <abi/boot_archive.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE_SIZE = 4096, NAME_SIZE_MAX = sizeof(((struct boot_archive_file *)0)->name) };

static bool __attribute__((format(printf, 2, 3)))
refuse(struct archive_problem *problem, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(problem->text, sizeof problem->text, format, arguments);
	va_end(arguments);
	return false;
}

static uint64_t page_round(uint64_t size)
{
	return (size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
}

static bool names_valid(const struct archive_member *members, size_t count,
                        struct archive_problem *problem)
{
	for (size_t i = 0; i < count; i++) {
		const char *name = members[i].name;
		if (name[0] == '\0')
			return refuse(problem, "a file of the boot archive has no name");
		if (strlen(name) >= NAME_SIZE_MAX)
			return refuse(problem,
			              "the name '%s' is longer than the %d bytes of a boot archive",
			              name, NAME_SIZE_MAX - 1);
		for (size_t k = 0; k < i; k++)
			if (strcmp(members[k].name, name) == 0)
				return refuse(problem,
				              "two files of the boot archive are named '%s'", name);
	}
	return true;
}

static bool member_size(const struct archive_member *member, uint64_t *out_size,
                        struct archive_problem *problem)
{
	struct stat status;

	*out_size = member->size;
	if (!member->path)
		return true;
	if (stat(member->path, &status) != 0)
		return refuse(problem, "%s: %s", member->path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return refuse(problem, "%s: not a regular file", member->path);
	*out_size = (uint64_t)status.st_size;
	return true;
}

/* The header with its table; the caller frees it. */
static struct boot_archive *layout(const struct archive_member *members, size_t count,
                                   struct archive_problem *problem)
{
	const size_t header_size =
		sizeof(struct boot_archive) + count * sizeof(struct boot_archive_file);
	struct boot_archive *header = calloc(1, header_size);
	if (!header) {
		refuse(problem, "out of memory");
		return NULL;
	}

	uint64_t end = page_round(header_size);
	for (size_t i = 0; i < count; i++) {
		struct boot_archive_file *file = &header->files[i];
		if (!member_size(&members[i], &file->size, problem)) {
			free(header);
			return NULL;
		}
		memcpy(file->name, members[i].name, strlen(members[i].name));
		file->offset = end;
		end += page_round(file->size);
	}
	header->magic = BOOT_ARCHIVE_MAGIC;
	header->size = end;
	header->file_count = (uint32_t)count;
	return header;
}

static bool pad_to_page(FILE *out)
{
	static const char zeros[PAGE_SIZE];
	const long at = ftell(out);
	const size_t missing = at < 0 ? 0 : (size_t)(page_round((uint64_t)at) - (uint64_t)at);

	return at >= 0 && fwrite(zeros, 1, missing, out) == missing;
}

/* Copies the file, which must still have the size the table says. */
static bool copy_file(FILE *out, const char *path, uint64_t size)
{
	char block[16 * PAGE_SIZE];
	uint64_t copied = 0;
	size_t got;

	FILE *in = fopen(path, "rb");
	if (!in)
		return false;
	while ((got = fread(block, 1, sizeof block, in)) > 0 && fwrite(block, 1, got, out) == got)
		copied += got;
	const bool complete = copied == size && !ferror(in) && !ferror(out);
	fclose(in);
	return complete;
}

static bool write_all(FILE *out, const struct boot_archive *header,
                      const struct archive_member *members, struct archive_problem *problem)
{
	const size_t header_size =
		sizeof *header + header->file_count * sizeof(struct boot_archive_file);

	if (fwrite(header, 1, header_size, out) != header_size || !pad_to_page(out))
		return refuse(problem, "%s", strerror(errno));
	for (uint32_t i = 0; i < header->file_count; i++) {
		const struct archive_member *member = &members[i];
		const uint64_t size = header->files[i].size;
		bool written = size == 0;
		if (!written && member->path)
			written = copy_file(out, member->path, size);
		else if (!written)
			written = fwrite(member->bytes, size, 1, out) == 1;
		if (!written || !pad_to_page(out))
			return refuse(problem, "'%s' could not be copied", member->name);
	}
	return true;
}

bool archive_write(const char *path, const struct archive_member *members, size_t count,
                   struct archive_problem *problem)
{
	char temporary[4096];

	if (!names_valid(members, count, problem))
		return false;
	struct boot_archive *header = layout(members, count, problem);
	if (!header)
		return false;

	snprintf(temporary, sizeof temporary, "%s.new", path);
	FILE *out = fopen(temporary, "wb");
	if (!out) {
		refuse(problem, "%s: %s", temporary, strerror(errno));
		goto fail_open;
	}
	const bool written = write_all(out, header, members, problem);
	const bool closed = fclose(out) == 0;
	if (!written)
		goto fail_write;
	if (!closed || rename(temporary, path) != 0) {
		refuse(problem, "%s: %s", path, strerror(errno));
		goto fail_write;
	}
	free(header);
	return true;

fail_write:
	unlink(temporary);
fail_open:
	free(header);
	return false;
}
