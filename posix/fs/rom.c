/* SPDX-License-Identifier: MIT */
/*
 * rom: the component's ROMs as files of one flat directory.
 *
 * A name is a ROM's label. The session is opened when the name is first looked up and closed when
 * the last descriptor is: the next open sees the ROM's newest content. Where the policy routes no
 * such ROM there is no such file. Labels cannot be enumerated, so a listing shows the ROMs in use.
 */
#include <errno.h>
#include <string.h>

#include <native.h>
#include <vfs/directory.h>

#include "plugins.h"

struct rom_node {
	struct node node; /* first */

	struct entry *entry;
	const uint8_t *content;
	size_t size;
};

struct rom_file_system {
	struct file_system file_system; /* first */

	struct directory root;
	uint64_t ids;
};

static int rom_error(enum status status)
{
	return status == ERR_OUT_OF_RAM || status == ERR_OUT_OF_CAPS ? -ENOMEM : -ENOENT;
}

static int rom_lookup(struct node *directory, const char *name, struct node **out_node)
{
	struct rom_file_system *rom = (struct rom_file_system *)directory->file_system;

	if (directory_lookup(directory, name, out_node) == 0)
		return 0;

	struct rom_node *node = native_heap_alloc(sizeof *node);
	struct entry *entry = entry_create(name);
	if (!node || !entry) {
		native_heap_free(node);
		native_heap_free(entry);
		return -ENOMEM;
	}
	const void *content;
	size_t size;
	const enum status status = native_rom_open(name, &content, &size);
	if (status != OK) {
		native_heap_free(node);
		native_heap_free(entry);
		return rom_error(status);
	}
	*node = (struct rom_node){
		.node = {.file_system = &rom->file_system,
	                 .id = ++rom->ids,
	                 .mode = S_IFREG | 0555,
	                 .references = 1},
		.entry = entry,
		.content = content,
		.size = size,
	};
	directory_add(directory_of(directory), entry, &node->node);
	*out_node = &node->node;
	return 0;
}

static ssize_t rom_read(struct node *node, void *buffer, size_t size, off_t offset)
{
	const struct rom_node *rom = (const struct rom_node *)node;

	if ((size_t)offset >= rom->size)
		return 0;
	if (size > rom->size - (size_t)offset)
		size = rom->size - (size_t)offset;
	memcpy(buffer, rom->content + offset, size);
	return (ssize_t)size;
}

static const void *rom_content(struct node *node, size_t *out_size)
{
	const struct rom_node *rom = (const struct rom_node *)node;

	*out_size = rom->size;
	return rom->content;
}

static void rom_status(struct node *node, struct stat *out_stat)
{
	if (node_directory(node))
		return;
	out_stat->st_size = (off_t)((const struct rom_node *)node)->size;
	out_stat->st_blocks = (out_stat->st_size + 511) / 512;
}

static void rom_release(struct node *node)
{
	struct rom_node *rom = (struct rom_node *)node;

	if (node_directory(node))
		return;
	native_rom_close(rom->entry->name, rom->content);
	directory_take(rom->entry);
	native_heap_free(rom->entry);
	native_heap_free(rom);
}

static void rom_destroy(struct file_system *file_system)
{
	native_heap_free(file_system);
}

static const struct file_system_ops rom_ops = {
	.type = "rom",
	.lookup = rom_lookup,
	.parent = directory_parent,
	.name = directory_name,
	.list = directory_list,
	.read = rom_read,
	.content = rom_content,
	.status = rom_status,
	.release = rom_release,
	.destroy = rom_destroy,
};

int rom_file_system_create(struct file_system **out_file_system)
{
	struct rom_file_system *rom = native_heap_alloc(sizeof *rom);

	if (!rom)
		return -ENOMEM;
	*rom = (struct rom_file_system){
		.file_system = {.ops = &rom_ops, .root = &rom->root.node},
		.root.node = {.file_system = &rom->file_system, .id = 1, .mode = S_IFDIR | 0555},
		.ids = 1,
	};
	*out_file_system = &rom->file_system;
	return 0;
}
