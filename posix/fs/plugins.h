/* SPDX-License-Identifier: MIT */
/*
 * The file systems there are, one file each. A maker returns 0 or a negated errno; what it made is
 * given to vfs_mount, or ended by its own ops->destroy.
 */
#pragma once

#include <stddef.h>

#include <vfs/file_system.h>

/*
 * An empty, writable file system in memory; contents, names and nodes together take at most `limit`
 * bytes.
 */
int ram_file_system_create(size_t limit, struct file_system **out_file_system);

/*
 * The component's ROMs as files. A ROM is asked for when its name is; a listing shows those in use.
 */
int rom_file_system_create(struct file_system **out_file_system);

/* The tar archive in ROM `name`, read-only. EINVAL when it is not one. */
int tar_file_system_create(const char *name, struct file_system **out_file_system);
/* Likewise from memory, which must stay as it is. */
int tar_file_system_from(const void *archive, size_t size, struct file_system **out_file_system);

/* null, zero, full, log; random and urandom where the component has a source of randomness. */
int dev_file_system_create(struct file_system **out_file_system);

/* A symbolic link as the root; its target is copied. */
int symlink_file_system_create(const char *target, struct file_system **out_file_system);

/* The files of a File_system session with this label. ENOENT: there is none. */
int fs_file_system_create(const char *label, struct file_system **out_file_system);

struct process;
/* Views of the process: fd, cwd, cmdline and the like. `arguments` are strings, one behind the other. */
int proc_file_system_create(struct process *process, const char *arguments, size_t size,
                            struct file_system **out_file_system);
