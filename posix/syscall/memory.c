/* SPDX-License-Identifier: MIT */
/*
 * Memory: anonymous mappings, and copies of files.
 *
 * Where a mapping lies is the component's choice: MAP_FIXED is not to be had. A file can be mapped
 * privately, or shared when nobody can write to it; the mapping is a copy made at once. Private
 * memory of POSIX is charged to the component's budget when mapped, so that touching it never
 * fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include <native.h>
#include <syscall/error.h>

#include "calls.h"

static bool page_range(long address, long size)
{
	return address % NATIVE_PAGE_SIZE == 0 && size > 0 && address > 0 &&
	       size <= INT64_MAX - address - NATIVE_PAGE_SIZE;
}

static size_t page_round(long size)
{
	return ((size_t)size + NATIVE_PAGE_SIZE - 1) & ~(size_t)(NATIVE_PAGE_SIZE - 1);
}

static enum native_access access_of(long protection)
{
	return (protection & PROT_READ ? NATIVE_ACCESS_READ : NATIVE_ACCESS_NONE) |
	       (protection & PROT_WRITE ? NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE
	                                : NATIVE_ACCESS_NONE) |
	       (protection & PROT_EXEC ? NATIVE_ACCESS_READ | NATIVE_ACCESS_EXECUTE
	                               : NATIVE_ACCESS_NONE);
}

/* Which file's content the mapping begins with: none (*out_node is NULL) for an anonymous one. */
static int mapped_file(struct process *process, const long *arguments, struct node **out_node)
{
	const long protection = arguments[2];
	const long flags = arguments[3];
	const long offset = arguments[5];

	*out_node = NULL;
	if (flags & MAP_ANONYMOUS)
		return 0;
	const struct descriptor *descriptor =
		descriptor_find(&process->descriptors, (int)arguments[4]);
	if (!descriptor || descriptor->file->flags & O_PATH)
		return -EBADF;
	if (!open_file_readable(descriptor->file))
		return -EACCES;
	struct node *node = descriptor->file->node;
	if (!S_ISREG(node->mode))
		return -ENODEV;
	if (offset < 0 || offset % NATIVE_PAGE_SIZE)
		return -EINVAL;
	if ((flags & MAP_TYPE) != MAP_PRIVATE && (protection & PROT_WRITE || vfs_writable(node)))
		return -ENODEV;
	*out_node = node;
	return 0;
}

static long fill(struct node *node, void *base, size_t size, off_t offset)
{
	size_t done = 0;

	while (done < size) {
		const long part = node->file_system->ops->read(node, (uint8_t *)base + done,
		                                               size - done, offset + (off_t)done);
		if (part <= 0)
			return part;
		done += (size_t)part;
	}
	return 0;
}

long sys_mmap(struct process *process, const long *arguments)
{
	const long size = arguments[1];
	const enum native_access access = access_of(arguments[2]);
	const long type = arguments[3] & MAP_TYPE;
	struct node *node;
	void *base;

	if (size <= 0 || (type != MAP_PRIVATE && type != MAP_SHARED))
		return -EINVAL;
	if (size > INT64_MAX / 2)
		return -ENOMEM;
	if (arguments[3] & MAP_FIXED)
		return -ENOSYS;
	int error = mapped_file(process, arguments, &node);
	if (error)
		return error;
	error = error_of(native_pages_alloc(page_round(size), &base));
	if (error)
		return error;
	if (node)
		error = (int)fill(node, base, (size_t)size, arguments[5]);
	if (error == 0 && access != (NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE))
		error = error_of(native_pages_protect(base, page_round(size), access));
	if (error) {
		(void)native_pages_free(base,
		                        page_round(size)); /* the first error is the one to tell */
		return error;
	}
	return (long)(uintptr_t)base;
}

long sys_munmap(struct process *process, const long *arguments)
{
	(void)process;
	if (!page_range(arguments[0], arguments[1]))
		return -EINVAL;
	return error_of(native_pages_free(call_pointer(arguments[0]), page_round(arguments[1])));
}

long sys_mprotect(struct process *process, const long *arguments)
{
	(void)process;
	if (arguments[1] == 0)
		return 0;
	if (!page_range(arguments[0], arguments[1]))
		return -EINVAL;
	return error_of(native_pages_protect(call_pointer(arguments[0]), page_round(arguments[1]),
	                                     access_of(arguments[2])));
}

/* Advice that may be disregarded is; MADV_DONTNEED promises zeros, so it is refused. */
long sys_madvise(struct process *process, const long *arguments)
{
	(void)process;
	switch (arguments[2]) {
	case MADV_NORMAL:
	case MADV_RANDOM:
	case MADV_SEQUENTIAL:
	case MADV_WILLNEED:
	case MADV_FREE: return 0;
	default: return -EINVAL;
	}
}
