/* SPDX-License-Identifier: MIT */
/*
 * Memory: anonymous mappings, reservations, copies of files.
 *
 * Small writable ones are pages out of an arena, which costs neither a kernel call nor a capability;
 * all others are areas with a memory object each, which a fork's child has too if it is shared. A
 * file can be mapped privately, or shared when nobody can write to it; the mapping is a copy made at
 * once. Memory is charged when it gets an access, so that touching it never fails; without one it
 * only takes addresses, unless it is shared.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
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

static int access_check(enum native_access access)
{
	return access & NATIVE_ACCESS_WRITE && access & NATIVE_ACCESS_EXECUTE ? -EACCES : 0;
}

/* A new mapping, as far as it is wanted. */
struct mapping {
	enum area_place place;
	void *address; /* a hint, or where it must be */
	size_t size;   /* whole pages */
	enum native_access access;
	struct node *node; /* whose content it begins with, or NULL */
	size_t file_size;  /* of that: what was asked for */
	off_t offset;
	bool shared; /* with forks */
};

static const enum native_access read_write = NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE;

/* The content, then the access it shall have. */
static int area_finish(struct process *process, const struct mapping *mapping, void *base)
{
	int error = 0;

	if (mapping->shared)
		areas_share(&process->areas, base);
	else if (!mapping->node)
		return 0;
	if (mapping->node)
		error = (int)fill(mapping->node, base, mapping->file_size, mapping->offset);
	if (!error && mapping->access != read_write)
		error = areas_protect(&process->areas, base, mapping->size, mapping->access);
	if (error)
		(void)areas_unmap(&process->areas, base,
		                  mapping->size); /* the first error is the one to tell */
	return error;
}

static int map_area(struct process *process, const struct mapping *mapping, void **out_base)
{
	/* what is shared has its memory from the start, so that all have the same */
	const enum native_access first =
		mapping->node || mapping->shared ? read_write : mapping->access;
	void *base = mapping->address;
	int error = -EEXIST;

	if (mapping->place != AREA_ANYWHERE || areas_range(base, mapping->size))
		error = areas_map(&process->areas,
		                  mapping->place == AREA_ANYWHERE ? AREA_IF_FREE : mapping->place,
		                  mapping->size, first, &base);
	if (error == -EEXIST && mapping->place == AREA_ANYWHERE)
		error = areas_map(&process->areas, AREA_ANYWHERE, mapping->size, first, &base);
	if (!error)
		error = area_finish(process, mapping, base);
	if (!error)
		*out_base = base;
	return error;
}

static int map_pages(const struct mapping *mapping, void **out_base)
{
	void *base;

	int error = error_of(native_pages_alloc(mapping->size, &base));
	if (error)
		return error;
	if (mapping->node)
		error = (int)fill(mapping->node, base, mapping->file_size, mapping->offset);
	if (error == 0 && mapping->access != read_write)
		error = error_of(native_pages_protect(base, mapping->size, mapping->access));
	if (error) {
		(void)native_pages_free(base,
		                        mapping->size); /* the first error is the one to tell */
		return error;
	}
	*out_base = base;
	return 0;
}

/* In place of pages of the arena, all of which are the program's already. */
static int map_over_pages(const struct mapping *mapping)
{
	int error = error_of(native_pages_protect(mapping->address, mapping->size, read_write));

	if (error)
		return -ENOMEM;
	memset(mapping->address, 0, mapping->size);
	if (mapping->node)
		error = (int)fill(mapping->node, mapping->address, mapping->file_size,
		                  mapping->offset);
	if (!error && mapping->access != read_write)
		error = error_of(
			native_pages_protect(mapping->address, mapping->size, mapping->access));
	return error;
}

static int map_anywhere(struct process *process, const struct mapping *mapping, void **out_base)
{
	enum { SMALL_MAX = 8 * NATIVE_PAGE_SIZE };

	if (mapping->size < SMALL_MAX && mapping->access == read_write && !mapping->node &&
	    !mapping->shared)
		return map_pages(mapping, out_base);
	const int error = map_area(process, mapping, out_base);
	/* capabilities may have ended, and the arena needs none while it has room */
	return error == -ENOMEM && mapping->access != NATIVE_ACCESS_NONE && !mapping->shared
	               ? map_pages(mapping, out_base)
	               : error;
}

/* Linux's value. */
enum { FIXED_NOREPLACE = 0x100000 };

long sys_mmap(struct process *process, const long *arguments)
{
	const long size = arguments[1];
	const long flags = arguments[3];
	const long type = flags & MAP_TYPE;
	const bool fixed = flags & (MAP_FIXED | FIXED_NOREPLACE);
	void *base = call_pointer(arguments[0]);

	if (size <= 0 || (type != MAP_PRIVATE && type != MAP_SHARED))
		return -EINVAL;
	if (size > INT64_MAX / 2)
		return -ENOMEM;
	if (fixed && arguments[0] % NATIVE_PAGE_SIZE)
		return -EINVAL;
	struct mapping mapping = {
		.place = !fixed                    ? AREA_ANYWHERE
	                 : flags & FIXED_NOREPLACE ? AREA_IF_FREE
	                                           : AREA_INSTEAD_OF,
		.address = (void *)((uintptr_t)base & ~(uintptr_t)(NATIVE_PAGE_SIZE - 1)),
		.size = page_round(size),
		.access = access_of(arguments[2]),
		.file_size = (size_t)size,
		.offset = arguments[5],
		.shared = type == MAP_SHARED && flags & MAP_ANONYMOUS,
	};
	int error = mapped_file(process, arguments, &mapping.node);
	if (!error)
		error = access_check(mapping.access);
	if (error)
		return error;
	if (!fixed)
		error = map_anywhere(process, &mapping, &base);
	else if (areas_range(base, mapping.size))
		error = map_area(process, &mapping, &base);
	else if (flags & FIXED_NOREPLACE)
		error = -EEXIST;
	else
		error = mapping.shared ? -ENODEV : map_over_pages(&mapping);
	return error ? error : (long)(uintptr_t)base;
}

int call_unmap(struct process *process, void *address, size_t size)
{
	return areas_range(address, size) ? areas_unmap(&process->areas, address, size)
	                                  : error_of(native_pages_free(address, size));
}

long sys_munmap(struct process *process, const long *arguments)
{
	if (!page_range(arguments[0], arguments[1]))
		return -EINVAL;
	return call_unmap(process, call_pointer(arguments[0]), page_round(arguments[1]));
}

long sys_mprotect(struct process *process, const long *arguments)
{
	const enum native_access access = access_of(arguments[2]);
	void *address = call_pointer(arguments[0]);

	if (arguments[1] == 0)
		return 0;
	if (!page_range(arguments[0], arguments[1]))
		return -EINVAL;
	const size_t size = page_round(arguments[1]);
	const int error = access_check(access);
	if (error)
		return error;
	return areas_range(address, size) ? areas_protect(&process->areas, address, size, access)
	                                  : error_of(native_pages_protect(address, size, access));
}

/* ---- other sizes ---------------------------------------------------------------------------- */

/* Somewhere else: a new mapping with the old one's content. */
static long move(struct process *process, void *from, size_t old_size, size_t new_size,
                 enum native_access access)
{
	const struct mapping mapping = {
		.size = new_size,
		.access = access == NATIVE_ACCESS_NONE ? access : read_write,
	};
	void *to;

	int error = map_anywhere(process, &mapping, &to);
	if (error)
		return error;
	if (access != NATIVE_ACCESS_NONE)
		memcpy(to, from, old_size < new_size ? old_size : new_size);
	if (access != NATIVE_ACCESS_NONE && access != read_write)
		error = areas_range(to, new_size)
		                ? areas_protect(&process->areas, to, new_size, access)
		                : error_of(native_pages_protect(to, new_size, access));
	if (!error)
		error = call_unmap(process, from, old_size);
	if (error) {
		(void)call_unmap(process, to, new_size); /* the first error is the one to tell */
		return error;
	}
	return (long)(uintptr_t)to;
}

/* To a place of the program's choice nothing is moved: EINVAL. What is shared can't grow: ENOMEM. */
long sys_mremap(struct process *process, const long *arguments)
{
	uint8_t *base = call_pointer(arguments[0]);
	enum native_access access = read_write;

	if (!page_range(arguments[0], arguments[1]) || arguments[2] <= 0 ||
	    arguments[3] & ~MREMAP_MAYMOVE)
		return -EINVAL;
	const size_t old_size = page_round(arguments[1]);
	const size_t new_size = page_round(arguments[2]);
	const bool in_areas = areas_range(base, old_size);
	if (in_areas && (!areas_cover(&process->areas, base, old_size, NATIVE_ACCESS_NONE) ||
	                 !areas_access(&process->areas, base, &access)))
		return -EFAULT;
	if (new_size < old_size) {
		const int error = call_unmap(process, base + new_size, old_size - new_size);
		return error ? error : arguments[0];
	}
	if (new_size == old_size)
		return arguments[0];
	if (in_areas && areas_shared(&process->areas, base, old_size))
		return -ENOMEM; /* relatives would not have the rest */
	void *more = base + old_size;
	if (in_areas &&
	    areas_map(&process->areas, AREA_IF_FREE, new_size - old_size, access, &more) == 0)
		return arguments[0];
	if (!(arguments[3] & MREMAP_MAYMOVE))
		return -ENOMEM;
	return move(process, base, old_size, new_size, access);
}

/* A file's pages are copies, and memory has no other place to be: there is nothing to write back. */
long sys_msync(struct process *process, const long *arguments)
{
	enum { FLAGS = MS_ASYNC | MS_INVALIDATE | MS_SYNC };
	const void *address = call_pointer(arguments[0]);
	const size_t size = page_round(arguments[1]);

	if (arguments[0] % NATIVE_PAGE_SIZE || arguments[1] < 0 || arguments[2] & ~FLAGS ||
	    (arguments[2] & MS_ASYNC && arguments[2] & MS_SYNC))
		return -EINVAL;
	return areas_range(address, size) &&
	                       !areas_cover(&process->areas, address, size, NATIVE_ACCESS_NONE)
	               ? -ENOMEM
	               : 0;
}

/* Nothing is ever paged out: what is mapped is locked. */
long sys_mlock(struct process *process, const long *arguments)
{
	return sys_msync(process,
	                 (const long[]){arguments[0] & -NATIVE_PAGE_SIZE,
	                                arguments[1] + arguments[0] % NATIVE_PAGE_SIZE, MS_ASYNC});
}

long sys_munlock(struct process *process, const long *arguments)
{
	return sys_mlock(process, arguments);
}

long sys_mlockall(struct process *process, const long *arguments)
{
	enum { FLAGS = MCL_CURRENT | MCL_FUTURE };

	(void)process;
	return arguments[0] == 0 || arguments[0] & ~FLAGS ? -EINVAL : 0;
}

long sys_munlockall(struct process *process, const long *arguments)
{
	(void)process;
	(void)arguments;
	return 0;
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
