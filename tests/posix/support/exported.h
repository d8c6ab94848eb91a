/* SPDX-License-Identifier: MIT */
/*
 * A tree that is exported to the fake's File_system session: a VFS of its own, apart from the
 * program's, with a ram file system as root and another at /mounted. /public is what is exported.
 */
#pragma once

#include <server/export.h>

enum { EXPORTED_SIZE = 4 * 4096 };

struct exported {
	struct vfs vfs;
	struct file_export export;
	_Alignas(16) uint8_t buffer[EXPORTED_SIZE];
};

extern struct exported exported; /* the one the fake serves */

void exported_setup(void); /* after program_setup; mounts the session at /fs */
void exported_teardown(void);
