/* SPDX-License-Identifier: MIT */
/*
 * ram: files in the component's own memory.
 *
 * A file is blocks (blocks.h) and holes, which cost nothing. Everything taken from the heap (nodes,
 * names, blocks and their tables) is charged against the limit given at the mount: ENOSPC beyond,
 * ENOMEM when the component's memory ends before. What is written is there or it is not: a write
 * stops at the block it could not get, and says how far it came. A file may have several names, and
 * lives on without any until the last descriptor is closed. The time of access is kept as
 * `relatime` does: a read notes it where it is older than the last change.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include <native.h>
#include <vfs/directory.h>

#include "blocks.h"
#include "charge.h"
#include "plugins.h"

enum { SECOND_NS = 1000000000, LINKS_MAX = 65000 };

/* What a file offset can be at most. */
static const off_t file_size_max = (off_t)(block_count_max * BLOCK_SIZE);

struct attributes {
	uid_t owner;
	gid_t group;
	nlink_t links; /* names; of a directory, also its own and those of the ones in it */
	struct timespec accessed;
	struct timespec modified;
	struct timespec changed;
};

struct ram_directory {
	struct directory directory; /* first */
	struct attributes attributes;
};

struct ram_file {
	struct node node; /* first */
	struct attributes attributes;
	struct blocks blocks;
	off_t size;
	char *target; /* of a symbolic link */
};

struct ram_file_system {
	struct file_system file_system; /* first */

	struct ram_directory root;
	uint64_t ids;
	uint64_t nodes; /* the root not counted */
	struct charge charge;
};

static struct ram_file *file_of(struct node *node)
{
	return (struct ram_file *)node;
}

static struct attributes *attributes_of(struct node *node)
{
	return node_directory(node) ? &((struct ram_directory *)node)->attributes
	                            : &file_of(node)->attributes;
}

static struct ram_file_system *ram_of(const struct node *node)
{
	return (struct ram_file_system *)node->file_system;
}

static struct timespec now(void)
{
	const uint64_t time_ns = native_time_ns();

	return (struct timespec){.tv_sec = (time_t)(time_ns / SECOND_NS),
	                         .tv_nsec = (long)(time_ns % SECOND_NS)};
}

/* The contents are other ones since `time`. */
static void modified(struct attributes *attributes, struct timespec time)
{
	attributes->modified = attributes->changed = time;
}

static bool later(const struct timespec *one, const struct timespec *other)
{
	return one->tv_sec > other->tv_sec ||
	       (one->tv_sec == other->tv_sec && one->tv_nsec > other->tv_nsec);
}

/* ---- nodes ---------------------------------------------------------------------------------- */

static size_t node_size(const struct node *node)
{
	return node_directory(node) ? sizeof(struct ram_directory) : sizeof(struct ram_file);
}

static int node_create(struct ram_file_system *ram, mode_t mode, struct node **out_node)
{
	const struct node head = {.mode = mode};
	void *memory;

	const int error = charge_alloc(&ram->charge, node_size(&head), &memory);
	if (error)
		return error;
	struct node *node = memory;
	*node = (struct node){
		.file_system = &ram->file_system, .id = ++ram->ids, .mode = mode, .references = 1};
	const struct timespec time = now();
	*attributes_of(node) = (struct attributes){
		.links = S_ISDIR(mode), .accessed = time, .modified = time, .changed = time};
	ram->nodes++;
	*out_node = node;
	return 0;
}

/* A node that has no name and that nobody holds is gone. */
static void ram_release(struct node *node)
{
	struct ram_file_system *ram = ram_of(node);

	if (node == ram->file_system.root || attributes_of(node)->links > node_directory(node))
		return;
	if (!node_directory(node)) {
		struct ram_file *file = file_of(node);
		blocks_cut(&file->blocks, &ram->charge, 0, block_count_max);
		if (file->target)
			charge_free(&ram->charge, file->target, strlen(file->target) + 1);
	}
	ram->nodes--;
	charge_free(&ram->charge, node, node_size(node));
}

/* ---- names ---------------------------------------------------------------------------------- */

/*
 * What a directory's table of names takes is charged to the names in it, as much as each can come to:
 * a table shrinks when it has four places for each.
 */
enum { ENTRY_SHARE = 4 * sizeof(struct entry *) };

static size_t entry_cost(const char *name)
{
	return entry_size(name) + ENTRY_SHARE;
}

static int name_create(struct ram_file_system *ram, const char *name, struct entry **out_entry)
{
	struct charge *charge = &ram->charge;
	void *memory;

	if (entry_cost(name) > charge->limit - charge->used)
		return -ENOSPC;
	const int error = charge_alloc(charge, entry_size(name), &memory);
	if (error)
		return error;
	charge->used += ENTRY_SHARE;
	entry_init(memory, name);
	*out_entry = memory;
	return 0;
}

static void name_destroy(struct ram_file_system *ram, struct entry *entry)
{
	ram->charge.used -= ENTRY_SHARE;
	charge_free(&ram->charge, entry, entry_size(entry->name));
}

static void attach(struct node *directory, struct entry *entry, struct node *node)
{
	const struct timespec time = now();

	directory_add(directory_of(directory), entry, node);
	attributes_of(node)->links++;
	attributes_of(node)->changed = time;
	attributes_of(directory)->links += node_directory(node);
	modified(attributes_of(directory), time);
}

/* The caller's reference, or one more, keeps the node until later. */
static void detach(struct entry *entry)
{
	struct node *directory = &entry->directory->node;
	struct node *node = entry->node;
	const struct timespec time = now();

	directory_take(entry);
	name_destroy(ram_of(node), entry);
	attributes_of(node)->links--;
	attributes_of(node)->changed = time;
	attributes_of(directory)->links -= node_directory(node);
	modified(attributes_of(directory), time);
}

static int ram_create(struct node *directory, const char *name, mode_t mode, struct node **out_node)
{
	struct ram_file_system *ram = ram_of(directory);
	struct entry *entry;

	int error = name_create(ram, name, &entry);
	if (error)
		return error;
	error = node_create(ram, mode, out_node);
	if (error) {
		name_destroy(ram, entry);
		return error;
	}
	attach(directory, entry, *out_node);
	return 0;
}

static int ram_link(struct node *directory, const char *name, struct node *node)
{
	struct entry *entry;

	if (attributes_of(node)->links == 0)
		return -ENOENT; /* open still, but removed */
	if (attributes_of(node)->links == LINKS_MAX)
		return -EMLINK;
	const int error = name_create(ram_of(directory), name, &entry);
	if (error == 0)
		attach(directory, entry, node);
	return error;
}

static int ram_link_symbolic(struct node *directory, const char *name, const char *target,
                             struct node **out_node)
{
	struct ram_file_system *ram = ram_of(directory);
	const size_t size = strlen(target) + 1;
	void *copy;

	int error = charge_alloc(&ram->charge, size, &copy);
	if (error)
		return error;
	error = ram_create(directory, name, S_IFLNK | 0777, out_node);
	if (error) {
		charge_free(&ram->charge, copy, size);
		return error;
	}
	struct ram_file *link = file_of(*out_node);
	link->target = memcpy(copy, target, size);
	link->size = (off_t)size - 1;
	return 0;
}

static const char *ram_target(struct node *link)
{
	return file_of(link)->target;
}

static int ram_remove(struct node *directory, const char *name, struct node *node)
{
	(void)node;
	detach(directory_find(directory_of(directory), name));
	return 0;
}

static int ram_rename(const struct file_move *move)
{
	struct entry *entry;

	const int error = name_create(ram_of(move->node), move->to_name, &entry);
	if (error)
		return error;
	if (move->replaced)
		detach(directory_find(directory_of(move->to), move->to_name));
	detach(directory_find(directory_of(move->from), move->from_name));
	attach(move->to, entry, move->node);
	return 0;
}

/* ---- contents ------------------------------------------------------------------------------- */

static ssize_t ram_read(struct node *node, void *buffer, size_t size, off_t offset)
{
	struct ram_file *file = file_of(node);
	uint8_t *to = buffer;

	if (offset >= file->size)
		return 0;
	if (size > (size_t)(file->size - offset))
		size = (size_t)(file->size - offset);
	for (size_t done = 0; done < size;) {
		const size_t at = (size_t)offset + done;
		size_t part = BLOCK_SIZE - at % BLOCK_SIZE;
		if (part > size - done)
			part = size - done;
		const uint8_t *block = blocks_find(&file->blocks, at / BLOCK_SIZE);
		if (block)
			memcpy(to + done, block + at % BLOCK_SIZE, part);
		else
			memset(to + done, 0, part);
		done += part;
	}
	if (!later(&file->attributes.accessed, &file->attributes.changed))
		file->attributes.accessed = now();
	return (ssize_t)size;
}

static ssize_t ram_write(struct node *node, const void *buffer, size_t size, off_t offset)
{
	struct ram_file *file = file_of(node);
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
		error = blocks_get(&file->blocks, &ram_of(node)->charge, at / BLOCK_SIZE, &block);
		if (error)
			break;
		memcpy(block + at % BLOCK_SIZE, from + done, part);
		done += part;
	}
	if (done == 0)
		return error;
	if (file->size < offset + (off_t)done)
		file->size = offset + (off_t)done;
	modified(&file->attributes, now());
	return (ssize_t)done;
}

/* Zeros from `from` to before `end`, which are in one block, if there is one. */
static void block_clear(struct ram_file *file, size_t from, size_t end)
{
	uint8_t *block = blocks_find(&file->blocks, from / BLOCK_SIZE);

	if (block && end > from)
		memset(block + from % BLOCK_SIZE, 0, end - from);
}

static void make_hole(struct node *node, size_t from, size_t end)
{
	const size_t first = (from + BLOCK_SIZE - 1) / BLOCK_SIZE; /* whole blocks */
	const size_t last = end / BLOCK_SIZE;
	struct ram_file *file = file_of(node);

	if (first > last) {
		block_clear(file, from, end);
		return;
	}
	block_clear(file, from, first * BLOCK_SIZE);
	block_clear(file, last * BLOCK_SIZE, end);
	if (first < last)
		blocks_cut(&file->blocks, &ram_of(node)->charge, first, last);
}

static int ram_truncate(struct node *node, off_t size)
{
	struct ram_file *file = file_of(node);

	if (size > file_size_max)
		return -EFBIG;
	/* what is beyond the end reads as zeros when the file grows again */
	if (size < file->size)
		make_hole(node, (size_t)size, (size_t)file_size_max);
	file->size = size;
	modified(&file->attributes, now());
	return 0;
}

static int ram_allocate(struct node *node, off_t offset, off_t size, bool hole)
{
	struct ram_file *file = file_of(node);
	uint8_t *block;
	int error = 0;

	if (offset > file_size_max || size > file_size_max - offset)
		return -EFBIG;
	const uint64_t end = ((uint64_t)(offset + size) + BLOCK_SIZE - 1) / BLOCK_SIZE;
	if (hole)
		make_hole(node, (size_t)offset, (size_t)(offset + size));
	for (uint64_t at = (uint64_t)offset / BLOCK_SIZE; !hole && at < end && !error; at++)
		error = blocks_get(&file->blocks, &ram_of(node)->charge, at, &block);
	return error;
}

static int ram_seek(struct node *node, off_t offset, bool hole, off_t *out_offset)
{
	struct ram_file *file = file_of(node);
	uint64_t number = (uint64_t)offset / BLOCK_SIZE;
	const uint64_t from = number;

	if (offset >= file->size)
		return -ENXIO;
	if (hole)
		while (blocks_find(&file->blocks, number))
			number++;
	else if (!blocks_next(&file->blocks, from, &number))
		return -ENXIO;
	const off_t found = number == from ? offset : (off_t)(number * BLOCK_SIZE);
	if (found >= file->size && !hole)
		return -ENXIO;
	*out_offset = found < file->size ? found : file->size;
	return 0;
}

/* ---- attributes ----------------------------------------------------------------------------- */

static int ram_set_mode(struct node *node, mode_t permissions)
{
	node->mode = (node->mode & S_IFMT) | permissions;
	attributes_of(node)->changed = now();
	return 0;
}

static int ram_set_owner(struct node *node, uid_t owner, gid_t group)
{
	struct attributes *attributes = attributes_of(node);

	if (owner != (uid_t)-1)
		attributes->owner = owner;
	if (group != (gid_t)-1)
		attributes->group = group;
	attributes->changed = now();
	return 0;
}

static int ram_set_times(struct node *node, const struct timespec times[2])
{
	struct attributes *attributes = attributes_of(node);

	if (times[0].tv_nsec != UTIME_OMIT)
		attributes->accessed = times[0];
	if (times[1].tv_nsec != UTIME_OMIT)
		attributes->modified = times[1];
	attributes->changed = now();
	return 0;
}

static void ram_status(struct node *node, struct stat *out_stat)
{
	const struct attributes *attributes = attributes_of(node);

	out_stat->st_nlink = attributes->links > 1 || !node_directory(node) ? attributes->links : 0;
	out_stat->st_uid = attributes->owner;
	out_stat->st_gid = attributes->group;
	out_stat->st_atim = attributes->accessed;
	out_stat->st_mtim = attributes->modified;
	out_stat->st_ctim = attributes->changed;
	if (node_directory(node))
		return;
	out_stat->st_size = file_of(node)->size;
	out_stat->st_blocks = (blkcnt_t)(file_of(node)->blocks.used * (BLOCK_SIZE / 512));
}

static void ram_capacity(struct file_system *file_system, struct statfs *out_capacity)
{
	const struct ram_file_system *ram = (const struct ram_file_system *)file_system;
	const size_t free = ram->charge.limit - ram->charge.used;

	out_capacity->f_blocks = ram->charge.limit / out_capacity->f_bsize;
	out_capacity->f_bfree = out_capacity->f_bavail = free / out_capacity->f_bsize;
	out_capacity->f_ffree = free / (sizeof(struct ram_file) + sizeof(struct entry));
	out_capacity->f_files = ram->nodes + 1 + out_capacity->f_ffree;
}

static void ram_destroy(struct file_system *file_system)
{
	struct ram_file_system *ram = (struct ram_file_system *)file_system;

	for (struct entry *leaf; (leaf = directory_leaf(&ram->root.directory));) {
		struct node *node = node_get(leaf->node);
		detach(leaf);
		node_put(node);
	}
	assert(ram->charge.used == 0);
	native_heap_free(ram);
}

static const struct file_system_ops ram_ops = {
	.type = "ram",
	.lookup = directory_lookup,
	.create = ram_create,
	.link_symbolic = ram_link_symbolic,
	.target = ram_target,
	.link = ram_link,
	.remove = ram_remove,
	.rename = ram_rename,
	.parent = directory_parent,
	.name = directory_name,
	.list = directory_list,
	.read = ram_read,
	.write = ram_write,
	.truncate = ram_truncate,
	.seek = ram_seek,
	.allocate = ram_allocate,
	.set_mode = ram_set_mode,
	.set_owner = ram_set_owner,
	.set_times = ram_set_times,
	.status = ram_status,
	.capacity = ram_capacity,
	.release = ram_release,
	.destroy = ram_destroy,
};

int ram_file_system_create(size_t limit, struct file_system **out_file_system)
{
	struct ram_file_system *ram = native_heap_alloc(sizeof *ram);

	if (!ram)
		return -ENOMEM;
	*ram = (struct ram_file_system){
		.file_system = {.ops = &ram_ops, .root = &ram->root.directory.node},
		.root.directory.node = {.file_system = &ram->file_system,
	                                .id = 1,
	                                .mode = S_IFDIR | 0755},
		.root.attributes = {.links = 2,
	                            .accessed = now(),
	                            .modified = now(),
	                            .changed = now()},
		.ids = 1,
		.charge.limit = limit,
	};
	*out_file_system = &ram->file_system;
	return 0;
}
