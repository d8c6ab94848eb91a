/* SPDX-License-Identifier: MIT */
/*
 * dev: the devices a program expects to find.
 *
 *   null     swallows what is written; reads as empty
 *   zero     swallows what is written; reads as zeros
 *   full     reads as zeros; writing answers ENOSPC
 *   log      what is written goes to the LOG session; reads as empty
 *   hex      likewise, as lines of hexadecimal digits: for bytes that are no text
 *   random   random bytes; absent where the component has no source of them. urandom is the same.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include <native.h>
#include <vfs/directory.h>

#include "plugins.h"

struct device {
	const char *name;
	ssize_t (*read)(void *buffer, size_t size);
	ssize_t (*write)(const void *buffer, size_t size);
	mode_t permissions;
	bool stream;
};

struct dev_node {
	struct node node; /* first */
	const struct device *device;
};

enum { DEVICES_MAX = 8 };

struct dev_file_system {
	struct file_system file_system; /* first */

	struct directory root;
	struct dev_node nodes[DEVICES_MAX];
};

static ssize_t read_nothing(void *buffer, size_t size)
{
	(void)buffer;
	(void)size;
	return 0;
}

static ssize_t read_zeros(void *buffer, size_t size)
{
	memset(buffer, 0, size);
	return (ssize_t)size;
}

static ssize_t read_random(void *buffer, size_t size)
{
	return native_random(buffer, size) == OK ? (ssize_t)size : -EIO;
}

static ssize_t write_nowhere(const void *buffer, size_t size)
{
	(void)buffer;
	return (ssize_t)size;
}

static ssize_t write_refused(const void *buffer, size_t size)
{
	(void)buffer;
	return size ? -ENOSPC : 0;
}

static ssize_t write_log(const void *buffer, size_t size)
{
	native_log_write(buffer, size);
	return (ssize_t)size;
}

/* Each write ends with a whole line, so that nothing is kept here. */
static ssize_t write_hex(const void *buffer, size_t size)
{
	enum { LINE_BYTES = 64 };
	static const char digits[] = "0123456789abcdef";
	const uint8_t *from = buffer;
	char line[2 * LINE_BYTES + 1];

	for (size_t done = 0; done < size;) {
		size_t used = 0;
		for (; done < size && used < 2 * LINE_BYTES; done++) {
			line[used++] = digits[from[done] >> 4];
			line[used++] = digits[from[done] & 0xf];
		}
		line[used++] = '\n';
		native_log_write(line, used);
	}
	return (ssize_t)size;
}

static const struct device devices[] = {
	{.name = "null", .read = read_nothing, .write = write_nowhere, .permissions = 0666},
	{.name = "zero", .read = read_zeros, .write = write_nowhere, .permissions = 0666},
	{.name = "full", .read = read_zeros, .write = write_refused, .permissions = 0666},
	{.name = "log",
         .read = read_nothing,
         .write = write_log,
         .permissions = 0222,
         .stream = true},
	{.name = "hex",
         .read = read_nothing,
         .write = write_hex,
         .permissions = 0222,
         .stream = true},
	{.name = "random", .read = read_random, .write = write_nowhere, .permissions = 0666},
	{.name = "urandom", .read = read_random, .write = write_nowhere, .permissions = 0666},
};

enum { DEVICE_COUNT = sizeof devices / sizeof *devices };
static_assert(sizeof devices / sizeof *devices <= DEVICES_MAX);

static ssize_t dev_read(struct node *node, void *buffer, size_t size, off_t offset)
{
	(void)offset; /* devices have no position */
	return ((struct dev_node *)node)->device->read(buffer, size);
}

static ssize_t dev_write(struct node *node, const void *buffer, size_t size, off_t offset)
{
	(void)offset;
	return ((struct dev_node *)node)->device->write(buffer, size);
}

static void dev_destroy(struct file_system *file_system)
{
	struct dev_file_system *dev = (struct dev_file_system *)file_system;

	for (struct entry *leaf; (leaf = directory_leaf(&dev->root));) {
		directory_take(leaf);
		native_heap_free(leaf);
	}
	native_heap_free(dev);
}

static const struct file_system_ops dev_ops = {
	.type = "dev",
	.lookup = directory_lookup,
	.parent = directory_parent,
	.name = directory_name,
	.list = directory_list,
	.read = dev_read,
	.write = dev_write,
	.destroy = dev_destroy,
};

static int device_add(struct dev_file_system *dev, size_t index)
{
	struct entry *entry = entry_create(devices[index].name);

	if (!entry)
		return -ENOMEM;
	dev->nodes[index] = (struct dev_node){
		.node = {.file_system = &dev->file_system,
	                 .id = index + 2,
	                 .mode = S_IFCHR | devices[index].permissions,
	                 .stream = devices[index].stream},
		.device = &devices[index],
	};
	directory_add(&dev->root, entry, &dev->nodes[index].node);
	return 0;
}

int dev_file_system_create(struct file_system **out_file_system)
{
	struct dev_file_system *dev = native_heap_alloc(sizeof *dev);
	uint8_t probe;

	if (!dev)
		return -ENOMEM;
	*dev = (struct dev_file_system){
		.file_system = {.ops = &dev_ops, .root = &dev->root.node},
		.root.node = {.file_system = &dev->file_system, .id = 1, .mode = S_IFDIR | 0555},
	};
	for (size_t i = 0; i < DEVICE_COUNT; i++) {
		if (devices[i].read == read_random && native_random(&probe, sizeof probe) != OK)
			continue;
		const int error = device_add(dev, i);
		if (error) {
			dev_destroy(&dev->file_system);
			return error;
		}
	}
	*out_file_system = &dev->file_system;
	return 0;
}
