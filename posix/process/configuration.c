/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <native.h>
#include <posix_config/types.h>
#include <spawner/types.h>
#include <syscall/error.h>

#include "configuration.h"
#include "mounts.h"

/* As a string; a text that is absent is the empty one. */
static const char *string_of(struct capnp_text text)
{
	return text.at ? text.at : "";
}

static int apply_directory(struct process *process, const char *path)
{
	struct node *node;

	const int error = vfs_find(&process->vfs, process->directory, path, false, &node);
	if (error)
		return error;
	if (!node_directory(node)) {
		node_put(node);
		return -ENOTDIR;
	}
	node_put(process->directory);
	process->directory = node;
	return 0;
}

/* Opens `path` as the lowest free descriptor. */
static int apply_standard_file(struct process *process, const char *path, int flags)
{
	struct open_file *file;
	struct node *node;

	int error = vfs_open(&process->vfs, process->directory, path, flags, 0666 & ~process->umask,
	                     &node);
	if (error)
		return error;
	error = open_file_create(node, flags, &file);
	if (error) {
		node_put(node);
		return error;
	}
	error = descriptor_add(&process->descriptors, 0, file, false);
	return error < 0 ? error : 0;
}

static int apply_mounts(const struct config *config, const struct birth *birth,
                        struct process *process, const char **out_reason)
{
	struct mount_views views = {.process = process, .arguments = &config->args, .birth = birth};

	for (uint32_t i = 0; i < mount_list_size(&config->mounts); i++) {
		struct mount mount;
		*out_reason = "mounts";
		if (mount_list_get(&config->mounts, i, &mount) != OK)
			return -EINVAL;
		*out_reason = string_of(mount.at);
		views.number = i;
		const int error = mount_apply(&process->vfs, &views, &mount);
		if (error)
			return error;
	}
	return 0;
}

static int apply_files(const struct config *config, struct process *process,
                       const char **out_reason)
{
	enum { APPEND = O_WRONLY | O_CREAT | O_APPEND };

	*out_reason = string_of(config->cwd);
	int error = apply_directory(process, string_of(config->cwd));
	if (error)
		return error;
	*out_reason = string_of(config->stdin);
	error = apply_standard_file(process, string_of(config->stdin), O_RDONLY);
	if (error)
		return error;
	*out_reason = string_of(config->stdout);
	error = apply_standard_file(process, string_of(config->stdout), APPEND);
	if (error)
		return error;
	*out_reason = string_of(config->stderr);
	return apply_standard_file(process, string_of(config->stderr), APPEND);
}

/* ---- a birth -------------------------------------------------------------------------------- */

static int inherit_file(struct process *process, const struct birth_file *from)
{
	struct open_file *file;
	struct node *node;

	/* one open file behind several descriptors is one here, too */
	int error = inherited_open(&process->inherited, from->file, &node);
	if (error)
		return error;
	for (int i = 0; i < process->descriptors.end && node->references > 1; i++) {
		file = process->descriptors.slots[i].file;
		if (file && file->node == node) {
			node_put(node);
			(void)open_file_get(file);
			error = descriptor_replace(&process->descriptors, (int)from->number, file,
			                           from->close_on_exec);
			if (error < 0)
				open_file_put(file);
			return error < 0 ? error : 0;
		}
	}
	error = open_file_create(node, (int)from->flags, &file);
	if (error) {
		node_put(node);
		return error;
	}
	error = descriptor_replace(&process->descriptors, (int)from->number, file,
	                           from->close_on_exec);
	if (error < 0)
		open_file_put(file);
	return error < 0 ? error : 0;
}

static int inherit_files(struct process *process, const struct birth *birth)
{
	struct birth_file file;

	for (uint32_t i = 0; i < birth_file_list_size(&birth->files); i++) {
		if (birth_file_list_get(&birth->files, i, &file) != OK || file.number > INT_MAX)
			return -EINVAL;
		const int error = inherit_file(process, &file);
		if (error)
			return error;
	}
	return 0;
}

static void inherit_place(struct process *process, const struct birth *birth)
{
	process->id = birth->process;
	process->parent = birth->parent;
	process->group = birth->group;
	process->session = birth->session;
	process->umask = birth->umask & 0777;
	process->main.id = birth->process;
	process->thread_ids = birth->process;
	signals_block(&process->main, birth->blocked);
	for (int signal = 1; signal <= SIGNAL_COUNT; signal++)
		if (birth->ignored & signal_bit(signal))
			process->signals.actions[signal - 1].handler = SIG_IGN;
}

int configuration_apply(const struct config *config, const struct birth *birth,
                        struct process *process, const char **out_reason)
{
	if (birth)
		inherit_place(process, birth);
	int error = apply_mounts(config, birth, process, out_reason);
	if (error || !birth)
		return error ? error : apply_files(config, process, out_reason);
	*out_reason = "inherited files";
	error = inherit_files(process, birth);
	if (error)
		return error;
	/* a directory that is gone, or seen by the spawner alone: the program begins at the root */
	(void)apply_directory(process, string_of(birth->directory));
	return 0;
}

/* Bytes of the texts as strings. */
static size_t texts_size(const struct capnp_text_list *texts)
{
	size_t size = 0;

	for (uint32_t i = 0; i < texts->count; i++) {
		struct capnp_text text;
		if (capnp_text_list_get(texts, i, &text) == OK)
			size += text.size + 1;
	}
	return size;
}

/*
 * Addresses to *words, a NULL behind them, strings to *bytes; texts that cannot be read are left
 * out.
 */
static void put_texts(const struct capnp_text_list *texts, uintptr_t **words, char **bytes)
{
	for (uint32_t i = 0; i < texts->count; i++) {
		struct capnp_text text;
		if (capnp_text_list_get(texts, i, &text) != OK)
			continue;
		*(*words)++ = (uintptr_t)*bytes;
		memcpy(*bytes, string_of(text), text.size);
		(*bytes)[text.size] = '\0';
		*bytes += text.size + 1;
	}
	*(*words)++ = 0;
}

static size_t vector_words(const struct config *config, size_t extra)
{
	return 1 + (size_t)config->args.count + 1 + (size_t)config->env.count + 1 + extra;
}

size_t configuration_vector_size(const struct config *config, size_t extra)
{
	return vector_words(config, extra) * sizeof(uintptr_t) + texts_size(&config->args) +
	       texts_size(&config->env);
}

uintptr_t *configuration_vector(const struct config *config, size_t extra, uintptr_t *vector)
{
	uintptr_t *words = vector + 1;
	char *bytes = (char *)(vector + vector_words(config, extra));

	put_texts(&config->args, &words, &bytes);
	vector[0] = (uintptr_t)(words - vector) - 2;
	put_texts(&config->env, &words, &bytes);
	return words;
}
