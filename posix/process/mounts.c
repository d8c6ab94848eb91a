/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <fs/plugins.h>
#include <fs/terminal.h>
#include <fs/union.h>
#include <native.h>
#include <posix_mount/types.h>
#include <spawner/types.h>
#include <vfs/import.h>
#include <vfs/walk.h>

#include "mounts.h"
#include "process.h"

/* As a string; a text that is absent is the empty one. */
static const char *string_of(struct capnp_text text)
{
	return text.at ? text.at : "";
}

/* The program's arguments as /proc/self/cmdline has them. */
static int make_proc(const struct mount_views *views, struct file_system **out_file_system)
{
	const struct capnp_text_list *args = views->arguments;
	struct capnp_text text;
	size_t size = 0;

	if (!views->process)
		return -EOPNOTSUPP;
	for (uint32_t i = 0; i < args->count; i++)
		if (capnp_text_list_get(args, i, &text) == OK)
			size += text.size + 1;
	char *arguments = native_heap_alloc(size + 1);
	if (!arguments)
		return -ENOMEM;
	size_t at = 0;
	for (uint32_t i = 0; i < args->count; i++)
		if (capnp_text_list_get(args, i, &text) == OK) {
			memcpy(arguments + at, string_of(text), text.size);
			at += text.size;
			arguments[at++] = '\0';
		}
	const int error = proc_file_system_create(views->process, arguments, size, out_file_system);
	native_heap_free(arguments);
	return error;
}

static int make_file_system(const struct mount_views *views, const struct mount *mount,
                            struct file_system **out_file_system)
{
	struct symlink symlink;
	struct tar tar;
	struct terminal terminal;
	struct ram ram;
	struct fs fs;

	switch (mount->which) {
	case MOUNT_ROM: return rom_file_system_create(out_file_system);
	case MOUNT_DEV: return dev_file_system_create(out_file_system);
	case MOUNT_PROC: return make_proc(views, out_file_system);
	case MOUNT_TAR:
		if (tar_read(&mount->tar, &tar) != OK)
			return -EINVAL;
		return tar_file_system_create(string_of(tar.rom), out_file_system);
	case MOUNT_RAM:
		if (ram_read(&mount->ram, &ram) != OK)
			return -EINVAL;
		return ram_file_system_create(ram.size, out_file_system);
	case MOUNT_SYMLINK:
		if (symlink_read(&mount->symlink, &symlink) != OK)
			return -EINVAL;
		return symlink_file_system_create(string_of(symlink.target), out_file_system);
	case MOUNT_FS:
		if (fs_read(&mount->fs, &fs) != OK)
			return -EINVAL;
		return fs_file_system_create(string_of(fs.label), out_file_system);
	case MOUNT_TERMINAL:
		if (!views->process || terminal_read(&mount->terminal, &terminal) != OK)
			return -EINVAL;
		return terminal_file_system_create(views->process, string_of(terminal.label),
		                                   out_file_system);
	case MOUNT_BIND:
	case MOUNT_UNSET: break;
	}
	return -EINVAL; /* no file system named, or one of a newer schema */
}

/* The directory that is to be seen in another place, too; referenced. */
static int find_directory(struct vfs *vfs, struct capnp_text path, struct node **out_node)
{
	const int error = vfs_find(vfs, vfs->points[0].node, string_of(path), false, out_node);
	if (error)
		return error;
	if (node_directory(*out_node))
		return 0;
	node_put(*out_node);
	return -ENOTDIR;
}

/* ---- what is put into it -------------------------------------------------------------------- */

static int import_tar(struct vfs *vfs, const struct import *import, struct node *root)
{
	struct file_system *tar;

	int error = tar_file_system_create(string_of(import->tar), &tar);
	if (error)
		return error;
	error = import_tree(vfs, tar->root, root, string_of(import->at));
	tar->ops->destroy(tar);
	return error;
}

static int import_rom(struct vfs *vfs, const struct import *import, struct node *root)
{
	struct import_content content = {.permissions = 0755}; /* it may be a program */
	const char *name = string_of(import->rom);

	if (native_rom_open(name, &content.bytes, &content.size) != OK)
		return -ENOENT;
	const int error = import_file(vfs, &content, root, string_of(import->at));
	native_rom_close(name, content.bytes);
	return error;
}

static int apply_import(struct vfs *vfs, const struct import *import, struct node *root)
{
	struct import_content text = {.permissions = 0644};

	switch (import->which) {
	case IMPORT_TAR: return import_tar(vfs, import, root);
	case IMPORT_ROM: return import_rom(vfs, import, root);
	case IMPORT_TEXT:
		text.bytes = string_of(import->text);
		text.size = import->text.size;
		return import_file(vfs, &text, root, string_of(import->at));
	case IMPORT_UNSET: break;
	}
	return -EINVAL;
}

static int apply_imports(struct vfs *vfs, const struct mount *mount, struct node *root)
{
	int error = 0;

	for (uint32_t i = 0; i < import_list_size(&mount->import) && error == 0; i++) {
		struct import import;
		error = import_list_get(&mount->import, i, &import) == OK
		                ? apply_import(vfs, &import, root)
		                : -EINVAL;
	}
	return error;
}

/* ---- the place ------------------------------------------------------------------------------ */

/* Instead of what is there: as it is, or as a view if it is marked or part of another. */
static int replace(struct vfs *vfs, const char *at, const struct union_layer *layer)
{
	struct file_system *file_system = layer->owned;

	if (layer->marks || !file_system) {
		const int error = union_file_system_create(layer, &file_system);
		if (error)
			return error;
	}
	const int error = vfs_mount(vfs, at, file_system);
	if (error && file_system != layer->owned)
		union_dissolve(file_system);
	return error;
}

/* Together with what is there, which becomes a union where it is none yet. */
static int unite(struct vfs *vfs, const char *at, const struct union_layer *layer, bool before)
{
	struct file_system *file_system;
	struct node *there;

	int error = vfs_find(vfs, vfs->points[0].node, at, false, &there);
	if (error == -ENOENT)
		return replace(vfs, at, layer);
	if (error)
		return error;
	struct mount_point *point = mount_point_of(vfs, there);
	struct file_system *mounted = point ? point->file_system : NULL;
	const struct union_layer first = {.base = there, .owned = mounted};

	if (!node_directory(there))
		error = -ENOTDIR;
	else if (there->points_inside)
		error = -EBUSY;
	else if (mounted && union_file_system(mounted))
		error = union_add(mounted, layer, before);
	else
		error = union_file_system_create(&first, &file_system);
	if (error || (mounted && union_file_system(mounted)))
		goto done;

	error = union_add(file_system, layer, before);
	if (error == 0 && mounted)
		(void)vfs_exchange(vfs, point, file_system); /* it is the union's now */
	else if (error == 0)
		error = vfs_mount(vfs, at, file_system);
	if (error)
		union_dissolve(file_system);
done:
	node_put(there);
	return error;
}

static int apply(struct vfs *vfs, const struct mount *mount, bool filled,
                 const struct union_layer *layer)
{
	const char *at = string_of(mount->at);

	if (!node_directory(layer->base) && (mount->place != PLACE_REPLACE || layer->marks))
		return -ENOTDIR;
	const int error = filled ? 0 : apply_imports(vfs, mount, layer->base);
	if (error)
		return error;
	switch (mount->place) {
	case PLACE_REPLACE: return replace(vfs, at, layer);
	case PLACE_BEFORE:
	case PLACE_AFTER: return unite(vfs, at, layer, mount->place == PLACE_BEFORE);
	}
	return -EINVAL;
}

/* The spawner's file system in place of that mount's, if it shows one. */
static int make_inherited(const struct mount_views *views, struct file_system **out_file_system)
{
	const struct birth *birth = views->birth;
	struct birth_tree tree;

	for (uint32_t i = 0; birth && i < birth_tree_list_size(&birth->trees); i++)
		if (birth_tree_list_get(&birth->trees, i, &tree) == OK &&
		    tree.mount == views->number)
			return inherited_file_system_create(&views->process->inherited, tree.node,
			                                    out_file_system);
	return -ENOENT;
}

/* Its files are this process's alone, or its spawner's: children are shown them. */
static void keep(struct process *process, uint32_t number, struct node *root)
{
	if (process->kept_count < MOUNT_POINTS_MAX)
		process->kept[process->kept_count++] =
			(struct kept_mount){.mount = number, .root = node_get(root)};
}

int mount_apply(struct vfs *vfs, const struct mount_views *views, const struct mount *mount)
{
	struct union_layer layer = {.marks = (mount->read_only ? LAYER_READ_ONLY : 0u) |
	                                     (mount->no_exec ? LAYER_NO_EXECUTE : 0u)};
	struct bind bind;
	bool inherited = false;
	int error;

	if (mount->which == MOUNT_BIND) {
		if (bind_read(&mount->bind, &bind) != OK)
			return -EINVAL;
		error = find_directory(vfs, bind.path, &layer.base);
		if (error)
			return error;
	} else {
		error = make_inherited(views, &layer.owned);
		inherited = error == 0;
		if (error == -ENOENT)
			error = make_file_system(views, mount, &layer.owned);
		if (error)
			return error;
		layer.base = node_get(layer.owned->root);
	}
	error = apply(vfs, mount, inherited, &layer);
	if (error == 0 && views->process &&
	    (inherited || mount->which == MOUNT_RAM || mount->which == MOUNT_TERMINAL))
		keep(views->process, views->number, layer.base);
	node_put(layer.base);
	if (error && layer.owned)
		layer.owned->ops->destroy(layer.owned);
	return error;
}
