/* SPDX-License-Identifier: MIT */
/*
 * A tree exported to one client: what a File_system session's packets do to a VFS.
 *
 * A handle is a place in a table with a referenced node. The client is not trusted: a request is
 * copied before it is looked at, a name before it is used; names are single ones, so that no path is
 * ever walked, and no symbolic link followed. The rules of POSIX about names are those of the VFS.
 *
 * What a client makes is counted against its quota, roughly: blocks, and a fixed amount for each name.
 */
#pragma once

#include <file_system_session/packet.h>
#include <vfs/vfs.h>

enum { EXPORT_HANDLES_MAX = 256 };

struct file_export {
	/* constant after export_init */
	struct vfs *vfs;
	uint8_t *buffer; /* shared with the client */
	size_t size;
	bool writable;
	uint64_t quota;

	uint64_t used;
	struct node *handles[EXPORT_HANDLES_MAX]; /* [FILE_HANDLE_ROOT] is the root */
};

/* Takes a reference to `root`. The buffer is larger than its packets. */
void export_init(struct file_export *export, struct vfs *vfs, struct node *root);
void export_fini(struct file_export *export);
/* Carries out the first packets; EINVAL: there are not as many. */
int export_submit(struct file_export *export, uint32_t count);
