/* SPDX-License-Identifier: MIT */
/*
 * tar: the files of an archive in memory, read-only.
 *
 * The archive is read once, at the mount, into a tree that points back into it; it is not trusted.
 * Read are ustar and GNU archives: names longer than 100 bytes by ustar's prefix, GNU's 'L' or
 * pax's `path`; sizes in octal or base 256. Directories that have no entry of their own exist
 * nevertheless. A later entry replaces an earlier one of the same name. Left out, and skipped:
 * links, devices, and names that would lead outside (`..`). Refused as EINVAL: a broken checksum, a
 * size beyond the archive's end, a path deeper than DEPTH_MAX or one that leads through a file.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <native.h>
#include <vfs/directory.h>

#include "plugins.h"

enum { RECORD_SIZE = 512, DEPTH_MAX = 64 };

struct tar_header {
	char name[100];
	char mode[8];
	char owner[8];
	char group[8];
	char size[12];
	char modified[12];
	char checksum[8];
	char type;
	char link_name[100];
	char magic[6];
	char version[2];
	char owner_name[32];
	char group_name[32];
	char device_major[8];
	char device_minor[8];
	char prefix[155];
	char padding[12];
};
static_assert(sizeof(struct tar_header) == RECORD_SIZE);

struct tar_node {
	struct directory directory; /* first; of a file only the node in it is used */

	const uint8_t *content;
	size_t size;
	time_t modified;
};

struct tar_file_system {
	struct file_system file_system; /* first */

	struct tar_node root;
	uint64_t ids;
	char *rom_name; /* owned; NULL when the archive is the caller's */
	const void *archive;
};

/* Reading position, and the long name that the entry before announced. */
struct tar_reader {
	const uint8_t *archive;
	size_t size;
	size_t at;
	char path[PATH_MAX];
};

/* ---- fields --------------------------------------------------------------------------------- */

/* A number in octal digits, or in base 256 when the first bit is set. */
static bool number_read(const char *field, size_t size, uint64_t *out_value)
{
	uint64_t value = 0;
	size_t i = 0;

	if ((uint8_t)field[0] & 0x80) {
		if (((uint8_t)field[0] & 0x7f) != 0)
			return false; /* negative, or too large for us */
		for (i = 1; i < size; i++) {
			if (value >> 56)
				return false;
			value = value << 8 | (uint8_t)field[i];
		}
		*out_value = value;
		return true;
	}
	while (i < size && field[i] == ' ')
		i++;
	for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
		value = value * 8 + (uint64_t)(field[i] - '0');
	*out_value = value;
	return i == size || field[i] == '\0' || field[i] == ' ';
}

static bool checksum_right(const struct tar_header *header)
{
	const uint8_t *bytes = (const uint8_t *)header;
	uint64_t wanted;
	uint64_t sum = 0;

	for (size_t i = 0; i < RECORD_SIZE; i++) {
		const bool own =
			i >= offsetof(struct tar_header, checksum) &&
			i < offsetof(struct tar_header, checksum) + sizeof header->checksum;
		sum += own ? ' ' : bytes[i];
	}
	return number_read(header->checksum, sizeof header->checksum, &wanted) && wanted == sum;
}

static bool record_empty(const uint8_t *record)
{
	for (size_t i = 0; i < RECORD_SIZE; i++)
		if (record[i])
			return false;
	return true;
}

/* Takes the entry's name over into reader->path, unless a long name is there already. */
static void header_path(struct tar_reader *reader, const struct tar_header *header)
{
	const size_t name_size = strnlen(header->name, sizeof header->name);
	size_t size = 0;

	if (reader->path[0])
		return;
	/* only "ustar\0" has a prefix; GNU's magic is "ustar " and keeps other things there */
	if (memcmp(header->magic, "ustar", sizeof header->magic) == 0) {
		size = strnlen(header->prefix, sizeof header->prefix);
		memcpy(reader->path, header->prefix, size);
		if (size)
			reader->path[size++] = '/';
	}
	memcpy(reader->path + size, header->name, name_size);
	reader->path[size + name_size] = '\0';
}

static int long_path(struct tar_reader *reader, const char *path, size_t size)
{
	if (size >= sizeof reader->path)
		return -EINVAL;
	memcpy(reader->path, path, size);
	reader->path[size] = '\0';
	return 0;
}

/* One `<length> path=<value>\n` among the records of a pax header; others are passed over. */
static int pax_read(struct tar_reader *reader, const char *text, size_t size)
{
	static const char key[] = "path=";
	size_t at = 0;

	while (at < size) {
		size_t length = 0;
		size_t digits = at;
		for (; digits < size && text[digits] >= '0' && text[digits] <= '9'; digits++) {
			length = length * 10 + (size_t)(text[digits] - '0');
			if (length > size)
				return -EINVAL;
		}
		/* at least the number, a space and the newline */
		if (digits == at || digits == size || text[digits] != ' ' ||
		    length < digits - at + 2 || length > size - at || text[at + length - 1] != '\n')
			return -EINVAL;
		const char *record = text + digits + 1;
		const size_t record_size = length - (digits - at) - 2;
		if (record_size >= strlen(key) && memcmp(record, key, strlen(key)) == 0) {
			const int error =
				long_path(reader, record + strlen(key), record_size - strlen(key));
			if (error)
				return error;
		}
		at += length;
	}
	return 0;
}

/* ---- the tree ------------------------------------------------------------------------------- */

static int node_add(struct tar_file_system *tar, struct directory *directory, const char *name,
                    mode_t mode, struct tar_node **out_node)
{
	struct tar_node *node = native_heap_alloc(sizeof *node);
	struct entry *entry = entry_create(name);

	if (!node || !entry) {
		native_heap_free(node);
		native_heap_free(entry);
		return -ENOMEM;
	}
	*node = (struct tar_node){.directory.node = {.file_system = &tar->file_system,
	                                             .id = ++tar->ids,
	                                             .mode = mode}};
	directory_add(directory, entry, &node->directory.node);
	*out_node = node;
	return 0;
}

/* The next name of *path: its length, 0 at the end, or a refusal. */
static int path_name(const char **path, char name[NAME_MAX + 1])
{
	for (;;) {
		while (**path == '/')
			(*path)++;
		const size_t size = strcspn(*path, "/");
		if (size > NAME_MAX)
			return -EINVAL;
		memcpy(name, *path, size);
		name[size] = '\0';
		*path += size;
		if (strcmp(name, ".") != 0)
			return (int)size;
	}
}

static bool leads_outside(const char *path)
{
	char name[NAME_MAX + 1];
	int size;

	while ((size = path_name(&path, name)) > 0)
		if (strcmp(name, "..") == 0)
			return true;
	return false;
}

/* The node at `path`, made with the directories above it; a file's type and mode are `mode`. */
static int path_add(struct tar_file_system *tar, const char *path, mode_t mode,
                    struct tar_node **out_node)
{
	struct tar_node *node = &tar->root;
	char name[NAME_MAX + 1];
	int depth = 0;
	int size;

	while ((size = path_name(&path, name)) > 0) {
		const bool last = path[strspn(path, "/")] == '\0';
		if (++depth > DEPTH_MAX || !node_directory(&node->directory.node))
			return -EINVAL;
		const struct entry *known = directory_find(&node->directory, name);
		if (known) {
			node = (struct tar_node *)known->node;
			continue;
		}
		const int error = node_add(tar, &node->directory, name,
		                           last ? mode : (mode_t)(S_IFDIR | 0555), &node);
		if (error)
			return error;
	}
	*out_node = node;
	return size;
}

static int entry_add(struct tar_file_system *tar, const struct tar_reader *reader,
                     const struct tar_header *header, const uint8_t *content, size_t size)
{
	const bool directory =
		header->type == '5' || (header->type != '7' && reader->path[0] &&
	                                reader->path[strlen(reader->path) - 1] == '/');
	struct tar_node *node;
	uint64_t mode;
	uint64_t modified;

	if (leads_outside(reader->path))
		return 0;
	if (!number_read(header->mode, sizeof header->mode, &mode) ||
	    !number_read(header->modified, sizeof header->modified, &modified))
		return -EINVAL;
	mode = (mode & 0555) | (directory ? S_IFDIR : S_IFREG);
	const int error = path_add(tar, reader->path, (mode_t)mode, &node);
	if (error)
		return error;
	if (node_directory(&node->directory.node) != directory)
		return -EINVAL;
	node->directory.node.mode = (mode_t)mode;
	node->modified = (time_t)modified;
	if (!directory) {
		node->content = content;
		node->size = size;
	}
	return 0;
}

/* One entry: 1 when there may be more, 0 at the archive's end. */
static int entry_read(struct tar_file_system *tar, struct tar_reader *reader)
{
	const uint8_t *record = reader->archive + reader->at;
	const struct tar_header *header = (const struct tar_header *)record;
	uint64_t size;
	int error = 0;

	if (reader->size - reader->at < RECORD_SIZE || record_empty(record))
		return 0;
	if (!checksum_right(header) || !number_read(header->size, sizeof header->size, &size))
		return -EINVAL;

	const uint8_t *content = record + RECORD_SIZE;
	const size_t left = reader->size - reader->at - RECORD_SIZE;
	const bool has_content = !strchr("123456", header->type) || header->type == '\0';
	if (!has_content)
		size = 0;
	if (size > left)
		return -EINVAL;

	switch (header->type) {
	case 'L':
		error = long_path(reader, (const char *)content,
		                  strnlen((const char *)content, size));
		break;
	case 'x': error = pax_read(reader, (const char *)content, size); break;
	case '\0':
	case '0':
	case '5':
	case '7':
		header_path(reader, header);
		error = entry_add(tar, reader, header, content, size);
		reader->path[0] = '\0';
		break;
	case 'K': /* a link's long target, and what holds for all entries: between a long name and
	             its file */
	case 'g': break;
	default: /* a file of a kind that is left out, with its long name */
		reader->path[0] = '\0';
		break;
	}
	if (error)
		return error;

	const uint64_t padded = (size + RECORD_SIZE - 1) / RECORD_SIZE * RECORD_SIZE;
	reader->at += RECORD_SIZE + (padded < left ? padded : left);
	return 1;
}

/* ---- operations ----------------------------------------------------------------------------- */

static ssize_t tar_read(struct node *node, void *buffer, size_t size, off_t offset)
{
	const struct tar_node *file = (const struct tar_node *)node;

	if ((size_t)offset >= file->size)
		return 0;
	if (size > file->size - (size_t)offset)
		size = file->size - (size_t)offset;
	memcpy(buffer, file->content + offset, size);
	return (ssize_t)size;
}

static void tar_status(struct node *node, struct stat *out_stat)
{
	const struct tar_node *file = (const struct tar_node *)node;

	out_stat->st_size = (off_t)file->size;
	out_stat->st_blocks = (out_stat->st_size + 511) / 512;
	out_stat->st_mtim.tv_sec = file->modified;
	out_stat->st_atim = out_stat->st_ctim = out_stat->st_mtim;
}

static void tar_destroy(struct file_system *file_system)
{
	struct tar_file_system *tar = (struct tar_file_system *)file_system;

	for (struct entry *leaf; (leaf = directory_leaf(&tar->root.directory));) {
		struct node *node = leaf->node;
		directory_take(leaf);
		native_heap_free(leaf);
		native_heap_free(node);
	}
	if (tar->rom_name)
		native_rom_close(tar->rom_name, tar->archive);
	native_heap_free(tar->rom_name);
	native_heap_free(tar);
}

static const struct file_system_ops tar_ops = {
	.type = "tar",
	.lookup = directory_lookup,
	.parent = directory_parent,
	.name = directory_name,
	.list = directory_list,
	.read = tar_read,
	.status = tar_status,
	.destroy = tar_destroy,
};

int tar_file_system_from(const void *archive, size_t size, struct file_system **out_file_system)
{
	struct tar_reader *reader = native_heap_alloc(sizeof *reader);
	struct tar_file_system *tar = native_heap_alloc(sizeof *tar);
	int more = -ENOMEM;

	if (!reader || !tar) {
		native_heap_free(tar);
		goto done;
	}
	*tar = (struct tar_file_system){
		.file_system = {.ops = &tar_ops, .root = &tar->root.directory.node},
		.root = {.directory.node = {.file_system = &tar->file_system,
	                                    .id = 1,
	                                    .mode = S_IFDIR | 0555}},
		.ids = 1,
		.archive = archive,
	};
	*reader = (struct tar_reader){.archive = archive, .size = size};
	do
		more = size < RECORD_SIZE ? -EINVAL : entry_read(tar, reader);
	while (more > 0);
	if (more < 0)
		tar_destroy(&tar->file_system);
	else
		*out_file_system = &tar->file_system;
done:
	native_heap_free(reader);
	return more;
}

static char *name_copy(const char *name)
{
	const size_t size = strlen(name) + 1;

	char *copy = native_heap_alloc(size);
	return copy ? memcpy(copy, name, size) : NULL;
}

int tar_file_system_create(const char *name, struct file_system **out_file_system)
{
	const void *archive;
	size_t size;

	if (native_rom_open(name, &archive, &size) != OK)
		return -ENOENT;
	char *copy = name_copy(name);
	int error = copy ? tar_file_system_from(archive, size, out_file_system) : -ENOMEM;
	if (error) {
		native_rom_close(name, archive);
		native_heap_free(copy);
		return error;
	}
	((struct tar_file_system *)*out_file_system)->rom_name = copy;
	return 0;
}
