/* SPDX-License-Identifier: MIT */
/*
 * process/spawner.h on capOS: what a process asks of the one that spawned it, its parent.
 */
#include <errno.h>
#include <string.h>

#include <native_process.h>
#include <process/spawner.h>
#include <spawner/client.h>
#include <syscall/error.h>
#include <vfs/file_system.h>

#include "component.h"
#include "service.h"

/* What fits into a message beside its other words. */
enum { PART_MAX = MESSAGE_BYTES_MAX - 128 };

/* A component is spawned once, and has one parent. */
static bool spawned;

bool native_spawned(void)
{
	return spawned;
}

static struct ipc *ipc_of_lock(void)
{
	return &component_env()->ipc;
}

static cap_t spawner(void)
{
	return component_env()->parent;
}

/* The answer's own result, if there is an answer. */
static long result_of(enum status status, int64_t result)
{
	return status == OK ? (long)result : error_of(status);
}

enum status spawner_birth(const void **out_message, size_t *out_size)
{
	struct env *env = component_env();
	struct process_parent_birth_results results;
	void *base;

	enum status status = process_parent_birth(&env->ipc, env->parent, &results);
	if (status != OK)
		return ERR_UNSUPPORTED;
	const struct region_attach attach = {.memory = results.memory, .size = results.size};
	status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		return status;
	spawned = true;
	*out_message = base;
	*out_size = results.size;
	return OK;
}

enum status spawner_memory(uint32_t number, cap_t *out_memory)
{
	const struct process_parent_memory_params params = {.number = number};
	struct process_parent_memory_results results;

	const enum status status =
		process_parent_memory(ipc_of_lock(), spawner(), &params, &results);
	if (status == OK)
		*out_memory = results.memory;
	return status;
}

enum status spawner_listen(cap_t news)
{
	const struct process_parent_listen_params params = {.news = news};

	return process_parent_listen(ipc_of_lock(), spawner(), &params);
}

void spawner_news(struct spawner_news *out_news)
{
	struct process_parent_news_results results;

	*out_news = (struct spawner_news){0};
	if (process_parent_news(ipc_of_lock(), spawner(), &results) != OK)
		return;
	*out_news = (struct spawner_news){.signal = results.signal,
	                                  .sender = results.sender,
	                                  .group = results.group,
	                                  .changed = results.changed};
}

void spawner_stop(int signal)
{
	const struct process_parent_stop_params params = {.signal = signal};

	(void)process_parent_stop(ipc_of_lock(), spawner(), &params); /* it has gone */
}

void spawner_end(int status, bool stays)
{
	const struct process_parent_end_params params = {.status = status, .stays = stays};

	/* one that is not to stay gets no answer */
	(void)process_parent_end(ipc_of_lock(), spawner(), &params);
}

pid_t spawner_identify(void)
{
	struct process_parent_identify_results results;

	const enum status status = process_parent_identify(ipc_of_lock(), spawner(), &results);
	return (pid_t)result_of(status, results.process);
}

int spawner_kill(pid_t process, int signal)
{
	const struct process_parent_kill_params params = {.process = process, .signal = signal};
	struct process_parent_kill_results results;

	const enum status status = process_parent_kill(ipc_of_lock(), spawner(), &params, &results);
	return (int)result_of(status, results.result);
}

void spawner_join(pid_t group, pid_t session)
{
	const struct process_parent_join_params params = {.group = group, .session = session};

	(void)process_parent_join(ipc_of_lock(), spawner(),
	                          &params); /* it knows better, or has gone */
}

/* ---- files ---------------------------------------------------------------------------------- */

static ssize_t read_part(uint32_t file, void *buffer, size_t size, off_t offset)
{
	const struct process_parent_read_params params = {
		.file = file,
		.size = (uint32_t)(size > PART_MAX ? PART_MAX : size),
		.offset = offset};
	struct process_parent_read_results results;

	const enum status status = process_parent_read(ipc_of_lock(), spawner(), &params, &results);
	if (status != OK || results.result < 0)
		return result_of(status, results.result);
	const size_t got = results.data.size < size ? results.data.size : size;
	if (got)
		memcpy(buffer, results.data.at, got);
	return (ssize_t)got;
}

static ssize_t write_part(uint32_t file, const void *buffer, size_t size, off_t offset)
{
	const struct process_parent_write_params params = {
		.file = file,
		.offset = offset,
		.data = {.at = buffer, .size = (uint32_t)(size > PART_MAX ? PART_MAX : size)}};
	struct process_parent_write_results results;

	const enum status status =
		process_parent_write(ipc_of_lock(), spawner(), &params, &results);
	const long done = result_of(status, results.result);
	return done > (long)params.data.size ? (long)params.data.size : done;
}

ssize_t spawner_read(uint32_t file, void *buffer, size_t size, off_t offset)
{
	size_t done = 0;

	for (;;) {
		const ssize_t part = read_part(file, (uint8_t *)buffer + done, size - done,
		                               offset < 0 ? offset : offset + (off_t)done);
		if (part < 0)
			return done ? (ssize_t)done : part;
		done += (size_t)part;
		if (done == size || part < PART_MAX)
			return (ssize_t)done;
	}
}

ssize_t spawner_write(uint32_t file, const void *buffer, size_t size, off_t offset)
{
	size_t done = 0;

	for (;;) {
		const ssize_t part = write_part(file, (const uint8_t *)buffer + done, size - done,
		                                offset < 0 ? offset : offset + (off_t)done);
		if (part < 0)
			return done ? (ssize_t)done : part;
		done += (size_t)part;
		if (done == size || part < PART_MAX)
			return (ssize_t)done;
	}
}

off_t spawner_seek(uint32_t file, off_t offset, int whence)
{
	const struct process_parent_seek_params params = {
		.file = file, .offset = offset, .whence = whence};
	struct process_parent_seek_results results;

	const enum status status = process_parent_seek(ipc_of_lock(), spawner(), &params, &results);
	return result_of(status, results.result);
}

int spawner_ready(uint32_t file)
{
	const struct process_parent_ready_params params = {.file = file};
	struct process_parent_ready_results results;

	const enum status status =
		process_parent_ready(ipc_of_lock(), spawner(), &params, &results);
	return (int)result_of(status, results.events);
}

static long told(enum status status, int64_t result, const struct file_status_ref *from,
                 struct spawner_status *out_status)
{
	struct file_status told;

	if (status != OK || result < 0)
		return result_of(status, result);
	if (file_status_read(from, &told) != OK)
		return -EIO;
	*out_status = (struct spawner_status){.mode = told.mode,
	                                      .stream = told.stream,
	                                      .id = told.id,
	                                      .size = (off_t)told.size,
	                                      .modified_ns = told.modified,
	                                      .terminal = told.terminal};
	return (long)result;
}

int spawner_status(uint32_t file, struct spawner_status *out_status)
{
	const struct process_parent_status_params params = {.file = file};
	struct process_parent_status_results results;

	const enum status status =
		process_parent_status(ipc_of_lock(), spawner(), &params, &results);
	return (int)told(status, results.result, &results.status, out_status);
}

int spawner_control(uint32_t file, unsigned long request, void *argument, size_t size)
{
	const struct process_parent_control_params params = {
		.file = file,
		.request = request,
		.argument = {.at = argument, .size = (uint32_t)size},
	};
	struct process_parent_control_results results;

	const enum status status =
		process_parent_control(ipc_of_lock(), spawner(), &params, &results);
	if (status == OK && results.result >= 0 && results.argument.size == size && size)
		memcpy(argument, results.argument.at, size);
	return (int)result_of(status, results.result);
}

int spawner_truncate(uint32_t file, off_t size)
{
	const struct process_parent_truncate_params params = {.file = file, .size = size};
	struct process_parent_truncate_results results;

	const enum status status =
		process_parent_truncate(ipc_of_lock(), spawner(), &params, &results);
	return (int)result_of(status, results.result);
}

int spawner_set_mode(uint32_t file, mode_t mode)
{
	const struct process_parent_set_mode_params params = {.file = file, .mode = mode};
	struct process_parent_set_mode_results results;

	const enum status status =
		process_parent_set_mode(ipc_of_lock(), spawner(), &params, &results);
	return (int)result_of(status, results.result);
}

int spawner_set_time(uint32_t file, uint64_t modified_ns)
{
	const struct process_parent_set_time_params params = {.file = file,
	                                                      .modified = modified_ns};
	struct process_parent_set_time_results results;

	const enum status status =
		process_parent_set_time(ipc_of_lock(), spawner(), &params, &results);
	return (int)result_of(status, results.result);
}

void spawner_close(uint32_t file)
{
	const struct process_parent_close_params params = {.file = file};

	(void)process_parent_close(ipc_of_lock(), spawner(), &params); /* or it is gone with all */
}

/* ---- names ---------------------------------------------------------------------------------- */

long spawner_lookup(uint32_t directory, const char *name, struct spawner_status *out_status)
{
	const struct process_parent_lookup_params params = {.directory = directory,
	                                                    .name = capnp_text_of(name)};
	struct process_parent_lookup_results results;

	const enum status status =
		process_parent_lookup(ipc_of_lock(), spawner(), &params, &results);
	return told(status, results.result, &results.status, out_status);
}

int spawner_create(uint32_t directory, const char *name, mode_t mode)
{
	const struct process_parent_create_params params = {
		.directory = directory, .name = capnp_text_of(name), .mode = mode};
	struct process_parent_create_results results;

	const enum status status =
		process_parent_create(ipc_of_lock(), spawner(), &params, &results);
	return (int)result_of(status, results.result);
}

int spawner_link(uint32_t directory, const char *name, const char *target)
{
	const struct process_parent_link_params params = {.directory = directory,
	                                                  .name = capnp_text_of(name),
	                                                  .target = capnp_text_of(target)};
	struct process_parent_link_results results;

	if (strlen(target) > PART_MAX - NAME_MAX)
		return -ENAMETOOLONG;
	const enum status status = process_parent_link(ipc_of_lock(), spawner(), &params, &results);
	return (int)result_of(status, results.result);
}

int spawner_target(uint32_t file, char *target, size_t size)
{
	const struct process_parent_target_params params = {.file = file};
	struct process_parent_target_results results;

	const enum status status =
		process_parent_target(ipc_of_lock(), spawner(), &params, &results);
	if (status != OK || results.result < 0)
		return (int)result_of(status, results.result);
	if (results.target.size >= size)
		return -ENAMETOOLONG;
	if (results.target.size)
		memcpy(target, results.target.at, results.target.size);
	target[results.target.size] = '\0';
	return 0;
}

int spawner_remove(uint32_t directory, const char *name, bool folder)
{
	const struct process_parent_remove_params params = {
		.directory = directory, .name = capnp_text_of(name), .folder = folder};
	struct process_parent_remove_results results;

	const enum status status =
		process_parent_remove(ipc_of_lock(), spawner(), &params, &results);
	return (int)result_of(status, results.result);
}

int spawner_rename(uint32_t directory, const char *name, uint32_t to, const char *new_name)
{
	const struct process_parent_rename_params params = {.directory = directory,
	                                                    .name = capnp_text_of(name),
	                                                    .to = to,
	                                                    .new_name = capnp_text_of(new_name)};
	struct process_parent_rename_results results;

	const enum status status =
		process_parent_rename(ipc_of_lock(), spawner(), &params, &results);
	return (int)result_of(status, results.result);
}

int spawner_list(uint32_t directory, uint64_t *cookie, struct directory_entry *out_entry)
{
	const struct process_parent_list_params params = {.directory = directory,
	                                                  .cookie = *cookie};
	struct process_parent_list_results results;

	const enum status status = process_parent_list(ipc_of_lock(), spawner(), &params, &results);
	if (status != OK || results.result <= 0)
		return (int)result_of(status, results.result);
	if (results.name.size > NAME_MAX || results.name.size == 0)
		return -EIO;
	*cookie = results.cookie;
	out_entry->id = results.id;
	out_entry->mode = results.mode;
	memcpy(out_entry->name, results.name.at, results.name.size);
	out_entry->name[results.name.size] = '\0';
	return 1;
}
