/* SPDX-License-Identifier: MIT */
/*
 * symlink: one symbolic link, at the place where it is mounted.
 */
#include <errno.h>
#include <string.h>

#include <native.h>

#include "plugins.h"

struct symlink_file_system {
	struct file_system file_system; /* first */

	struct node link; /* the root */
	char target[];
};

static const char *symlink_target(struct node *link)
{
	return ((const struct symlink_file_system *)link->file_system)->target;
}

static void symlink_status(struct node *link, struct stat *out_stat)
{
	out_stat->st_size = (off_t)strlen(symlink_target(link));
}

static void symlink_destroy(struct file_system *file_system)
{
	native_heap_free(file_system);
}

static const struct file_system_ops symlink_ops = {
	.type = "symlink",
	.target = symlink_target,
	.status = symlink_status,
	.destroy = symlink_destroy,
};

int symlink_file_system_create(const char *target, struct file_system **out_file_system)
{
	const size_t size = strlen(target) + 1;

	if (size == 1)
		return -ENOENT; /* as symlink(2) */
	if (size > PATH_MAX)
		return -ENAMETOOLONG;
	struct symlink_file_system *symlink = native_heap_alloc(sizeof *symlink + size);
	if (!symlink)
		return -ENOMEM;
	symlink->file_system = (struct file_system){.ops = &symlink_ops, .root = &symlink->link};
	symlink->link = (struct node){
		.file_system = &symlink->file_system, .id = 1, .mode = S_IFLNK | 0777};
	memcpy(symlink->target, target, size);
	*out_file_system = &symlink->file_system;
	return 0;
}
