/* SPDX-License-Identifier: MIT */
/*
 * One mount of the configuration: which file system, what is put into it, and how it meets what is
 * there already.
 */
#pragma once

#include <vfs/vfs.h>

struct birth;
struct capnp_text_list;
struct mount;
struct process;

/* What mounts of a process know beside; nothing without one. */
struct mount_views {
	struct process *process;
	const struct capnp_text_list
		*arguments;        /* for /proc, which there is not without a process */
	const struct birth *birth; /* of the process, or NULL */
	uint32_t number;           /* of the mount in the configuration */
};

/*
 * Files that would be new ones are the spawner's where the birth shows them. 0 or a negated errno; then
 * nothing has changed.
 */
int mount_apply(struct vfs *vfs, const struct mount_views *views, const struct mount *mount);
