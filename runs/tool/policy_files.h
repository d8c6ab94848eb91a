/* SPDX-License-Identifier: MIT */
/*
 * Policy files: what surrounds a policy on the host. Includes are files beside the
 * one that names them; the schema of a configuration is a section of the
 * component's binary in the build directory.
 */
#pragma once

#include <lua/policy.h>

enum { POLICY_FILES_PATH_MAX = 4096 };

struct policy_files {
	struct policy_host host; /* to be given to init/lua */
	char build[POLICY_FILES_PATH_MAX];
	char *text;   /* of the last include */
	void *schema; /* the last descriptor */
};

/* `build` is the build directory; empty: binaries are not at hand. */
void policy_files_init(struct policy_files *files, const char *build);
void policy_files_fini(struct policy_files *files);

/* Reads a whole text file; NULL with errno set. To be freed. */
char *policy_files_read(const char *path, size_t *out_size);
