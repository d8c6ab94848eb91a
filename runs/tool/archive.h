/* SPDX-License-Identifier: MIT */
/*
 * Archive: writes the boot archive of <abi/boot_archive.h> from host files and
 * from texts that exist only in memory. A file appears at its path complete or not at all.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* One file of the archive: read from `path`, or, where that is NULL, `size` bytes at `bytes`. */
struct archive_member {
	const char *name;
	const char *path;
	const void *bytes;
	size_t size;
};

struct archive_problem {
	char text[256];
};

/*
 * Refuses names that are empty, too long or given twice, and files that cannot be read;
 * `problem` then says which.
 */
bool archive_write(const char *path, const struct archive_member *members, size_t count,
                   struct archive_problem *problem);
