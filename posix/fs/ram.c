/* SPDX-License-Identifier: MIT */
/*
 * ram: files in the component's own memory.
 *
 * A file is a table of blocks; a hole is a block that was never written, and costs nothing.
 * Everything taken from the heap (nodes, names, tables, blocks) is charged against the limit given
 * at the mount: ENOSPC beyond, ENOMEM when the component's memory ends before. What is written is
 * there or it is not: a write stops at the block it could not get, and says how far it came. A
 * removed file lives on until the last descriptor is closed. Left out: hard links, owners, access
 * times.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include <native.h>
#include <vfs/tree.h>

#include "plugins.h"

enum { BLOCK_SIZE = 4096 };

/* What a file offset can be at most: the block table must stay addressable. */
static const off_t file_size_max = (off_t)1 << 46;

struct ram_node {
	struct tree_node tree; /* first */

	uint8_t **blocks; /* NULL entries are holes, as is everything behind block_count */
	size_t block_count;
	size_t blocks_used;
	off_t size;
	char *target; /* of a symbolic link */
	struct timespec modified;
};

struct ram_file_system {
	struct file_system file_system; /* first */

	struct ram_node root;
	uint64_t ids;
	size_t limit;
	size_t used;
};

static struct ram_node *ram_node_of(struct node *node)
{
	return (struct ram_node *)node;
}

static struct ram_file_system *ram_of(const struct node *node)
{
	return (struct ram_file_system *)node->file_system;
}

static int charged_alloc(struct ram_file_system *ram, size_t size, void **out_memory)
{
	if (size > ram->limit - ram->used)
		return -ENOSPC;
	void *memory = native_heap_alloc(size);
	if (!memory)
		return -ENOMEM;
	memset(memory, 0, size);
	ram->used += size;
	*out_memory = memory;
	return 0;
}

static void charged_free(struct ram_file_system *ram, void *memory, size_t size)
{
	if (!memory)
		return;
	assert(ram->used >= size);
	ram->used -= size;
	native_heap_free(memory);
}

static struct timespec now(void)
{
	enum { SECOND_NS = 1000000000 };
	const uint64_t time_ns = native_time_ns();

	return (struct timespec){.tv_sec = (time_t)(time_ns / SECOND_NS),
	                         .tv_nsec = (long)(time_ns % SECOND_NS)};
}

/* ---- names ---------------------------------------------------------------------------------- */

static int name_alloc(struct ram_file_system *ram, const char *name, char **out_name)
{
	void *memory;

	const int error = charged_alloc(ram, strlen(name) + 1, &memory);
	if (error)
		return error;
	strcpy(memory, name);
	*out_name = memory;
	return 0;
}

/* tree_remove frees the name; the charge is given back here */
static void detach(struct ram_file_system *ram, struct ram_node *node)
{
	ram->used -= strlen(node->tree.name) + 1;
	ram_node_of(&node->tree.parent->node)->modified = now();
	tree_remove(&node->tree);
}

static void attach(struct tree_node *directory, struct ram_node *node, char *name)
{
	tree_insert(directory, &node->tree, name);
	ram_node_of(&directory->node)->modified = now();
}

static int ram_create(struct node *directory, const char *name, mode_t mode, struct node **out_node)
{
	struct ram_file_system *ram = ram_of(directory);
	void *memory;
	char *copy;

	int error = charged_alloc(ram, sizeof(struct ram_node), &memory);
	if (error)
		return error;
	error = name_alloc(ram, name, &copy);
	if (error) {
		charged_free(ram, memory, sizeof(struct ram_node));
		return error;
	}
	struct ram_node *node = memory;
	node->tree.node = (struct node){
		.file_system = &ram->file_system, .id = ++ram->ids, .mode = mode, .references = 1};
	node->modified = now();
	attach(tree_of(directory), node, copy);
	*out_node = &node->tree.node;
	return 0;
}

static int ram_link_symbolic(struct node *directory, const char *name, const char *target,
                             struct node **out_node)
{
	struct ram_file_system *ram = ram_of(directory);
	char *copy;

	int error = name_alloc(ram, target, &copy);
	if (error)
		return error;
	error = ram_create(directory, name, S_IFLNK | 0777, out_node);
	if (error) {
		charged_free(ram, copy, strlen(copy) + 1);
		return error;
	}
	ram_node_of(*out_node)->target = copy;
	ram_node_of(*out_node)->size = (off_t)strlen(copy);
	return 0;
}

static const char *ram_target(struct node *link)
{
	return ram_node_of(link)->target;
}

/* A node that is in no directory and that nobody holds is gone. */
static void ram_release(struct node *node)
{
	struct ram_file_system *ram = ram_of(node);
	struct ram_node *file = ram_node_of(node);

	if (file->tree.parent || file == &ram->root)
		return;
	for (size_t i = 0; i < file->block_count; i++)
		charged_free(ram, file->blocks[i], BLOCK_SIZE);
	charged_free(ram, file->blocks, file->block_count * sizeof *file->blocks);
	if (file->target)
		charged_free(ram, file->target, strlen(file->target) + 1);
	charged_free(ram, file, sizeof *file);
}

static int ram_remove(struct node *directory, struct node *node)
{
	(void)directory;
	node_get(node); /* the caller's reference may be missing: a teardown */
	detach(ram_of(node), ram_node_of(node));
	node_put(node);
	return 0;
}

static int ram_rename(struct node *node, struct node *to, const char *name, struct node *replaced)
{
	struct ram_file_system *ram = ram_of(node);
	char *copy;

	const int error = name_alloc(ram, name, &copy);
	if (error)
		return error;
	if (replaced)
		detach(ram,
		       ram_node_of(replaced)); /* the caller's reference keeps it until later */
	detach(ram, ram_node_of(node));
	attach(tree_of(to), ram_node_of(node), copy);
	return 0;
}

/* ---- contents ------------------------------------------------------------------------------- */

static ssize_t ram_read(struct node *node, void *buffer, size_t size, off_t offset)
{
	const struct ram_node *file = ram_node_of(node);
	uint8_t *to = buffer;

	if (offset >= file->size)
		return 0;
	if (size > (size_t)(file->size - offset))
		size = (size_t)(file->size - offset);
	for (size_t done = 0; done < size;) {
		const size_t at = (size_t)offset + done;
		const size_t block = at / BLOCK_SIZE;
		size_t part = BLOCK_SIZE - at % BLOCK_SIZE;
		if (part > size - done)
			part = size - done;
		if (block < file->block_count && file->blocks[block])
			memcpy(to + done, file->blocks[block] + at % BLOCK_SIZE, part);
		else
			memset(to + done, 0, part);
		done += part;
	}
	return (ssize_t)size;
}

/* A table with room for block number `block`. */
static int table_grow(struct ram_file_system *ram, struct ram_node *file, size_t block)
{
	void *memory;

	if (block < file->block_count)
		return 0;
	/*
	 * by a quarter at least, so that appending does not copy the table each time; exactly if
	 * tight
	 */
	size_t count = block + 1 > file->block_count + file->block_count / 4
	                       ? block + 1
	                       : file->block_count + file->block_count / 4;
	int error = charged_alloc(ram, count * sizeof *file->blocks, &memory);
	if (error && count > block + 1) {
		count = block + 1;
		error = charged_alloc(ram, count * sizeof *file->blocks, &memory);
	}
	if (error)
		return error;
	if (file->block_count)
		memcpy(memory, file->blocks, file->block_count * sizeof *file->blocks);
	charged_free(ram, file->blocks, file->block_count * sizeof *file->blocks);
	file->blocks = memory;
	file->block_count = count;
	return 0;
}

static int block_get(struct ram_file_system *ram, struct ram_node *file, size_t block,
                     uint8_t **out_block)
{
	void *memory;

	int error = table_grow(ram, file, block);
	if (error)
		return error;
	if (!file->blocks[block]) {
		error = charged_alloc(ram, BLOCK_SIZE, &memory);
		if (error)
			return error;
		file->blocks[block] = memory;
		file->blocks_used++;
	}
	*out_block = file->blocks[block];
	return 0;
}

static ssize_t ram_write(struct node *node, const void *buffer, size_t size, off_t offset)
{
	struct ram_node *file = ram_node_of(node);
	const uint8_t *from = buffer;
	size_t done = 0;
	int error = 0;

	if (offset >= file_size_max)
		return -EFBIG;
	if (size > (size_t)(file_size_max - offset))
		size = (size_t)(file_size_max - offset);
	while (done < size) {
		const size_t at = (size_t)offset + done;
		size_t part = BLOCK_SIZE - at % BLOCK_SIZE;
		uint8_t *block;
		if (part > size - done)
			part = size - done;
		error = block_get(ram_of(node), file, at / BLOCK_SIZE, &block);
		if (error)
			break;
		memcpy(block + at % BLOCK_SIZE, from + done, part);
		done += part;
	}
	if (done == 0)
		return error;
	if (file->size < offset + (off_t)done)
		file->size = offset + (off_t)done;
	file->modified = now();
	return (ssize_t)done;
}

static int ram_truncate(struct node *node, off_t size)
{
	struct ram_file_system *ram = ram_of(node);
	struct ram_node *file = ram_node_of(node);
	const size_t kept = ((size_t)size + BLOCK_SIZE - 1) / BLOCK_SIZE;

	if (size > file_size_max)
		return -EFBIG;
	for (size_t i = kept; i < file->block_count; i++)
		if (file->blocks[i]) {
			charged_free(ram, file->blocks[i], BLOCK_SIZE);
			file->blocks[i] = NULL;
			file->blocks_used--;
		}
	/* what is beyond the end reads as zeros when the file grows again */
	const size_t rest = (size_t)size % BLOCK_SIZE;
	if (rest && kept <= file->block_count && file->blocks[kept - 1])
		memset(file->blocks[kept - 1] + rest, 0, BLOCK_SIZE - rest);
	if (size == 0) {
		charged_free(ram, file->blocks, file->block_count * sizeof *file->blocks);
		file->blocks = NULL;
		file->block_count = 0;
	}
	file->size = size;
	file->modified = now();
	return 0;
}

static int ram_set_mode(struct node *node, mode_t permissions)
{
	node->mode = (node->mode & S_IFMT) | permissions;
	return 0;
}

static int ram_set_times(struct node *node, const struct timespec *modified)
{
	ram_node_of(node)->modified = *modified;
	return 0;
}

static void ram_status(struct node *node, struct stat *out_stat)
{
	const struct ram_node *file = ram_node_of(node);

	out_stat->st_size = file->size;
	out_stat->st_blocks = (blkcnt_t)(file->blocks_used * (BLOCK_SIZE / 512));
	out_stat->st_atim = out_stat->st_mtim = out_stat->st_ctim = file->modified;
	if (!file->tree.parent && file != &ram_of(node)->root)
		out_stat->st_nlink = 0;
}

static void ram_destroy(struct file_system *file_system)
{
	struct ram_file_system *ram = (struct ram_file_system *)file_system;

	for (struct tree_node *leaf; (leaf = tree_leaf(&ram->root.tree));)
		(void)ram_remove(&leaf->parent->node,
		                 &leaf->node); /* removing a leaf cannot fail */
	assert(ram->used == 0);
	native_heap_free(ram);
}

static const struct file_system_ops ram_ops = {
	.lookup = tree_lookup,
	.create = ram_create,
	.link_symbolic = ram_link_symbolic,
	.target = ram_target,
	.remove = ram_remove,
	.rename = ram_rename,
	.parent = tree_parent,
	.name = tree_name,
	.list = tree_list,
	.read = ram_read,
	.write = ram_write,
	.truncate = ram_truncate,
	.set_mode = ram_set_mode,
	.set_times = ram_set_times,
	.status = ram_status,
	.release = ram_release,
	.destroy = ram_destroy,
};

int ram_file_system_create(size_t limit, struct file_system **out_file_system)
{
	struct ram_file_system *ram = native_heap_alloc(sizeof *ram);

	if (!ram)
		return -ENOMEM;
	*ram = (struct ram_file_system){
		.file_system = {.ops = &ram_ops, .root = &ram->root.tree.node},
		.root = {.tree.node = {.file_system = &ram->file_system,
	                               .id = 1,
	                               .mode = S_IFDIR | 0755},
	                 .modified = now()},
		.ids = 1,
		.limit = limit,
	};
	*out_file_system = &ram->file_system;
	return 0;
}
