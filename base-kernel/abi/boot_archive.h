/* SPDX-License-Identifier: MIT */
/*
 * Boot archive: the one file a loader brings beside the kernel.
 *
 * A header, a table of files, then the files, each on a page boundary and
 * padded with zeros to whole pages, so that they can be mapped as they are.
 * All numbers are little endian. Names are unique and NUL-terminated.
 */
#pragma once

#include <stdint.h>

#define BOOT_ARCHIVE_MAGIC 0x3152414f70616321ull /* "!capOAR1" in memory order */

struct boot_archive_file {
	char name[48];
	uint64_t offset; /* from the start of the archive, a multiple of 4096 */
	uint64_t size;   /* in bytes, without the padding */
};

struct boot_archive {
	uint64_t magic;
	uint64_t size; /* of the whole archive, a multiple of 4096 */
	uint32_t file_count;
	uint32_t reserved;
	struct boot_archive_file files[];
};

_Static_assert(sizeof(struct boot_archive_file) == 64, "a table entry is a cache line");
