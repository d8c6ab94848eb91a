/* SPDX-License-Identifier: MIT */
/*
 * What the process in a child component asks its spawner for: files, names, numbers, signals. Each question is
 * handed on to process/family.h, which trusts none.
 */
#include <string.h>

#include <kernel/client.h>
#include <process/family.h>
#include <process/job_control.h>
#include <spawner/server.h>
#include <vfs/file_system.h>

#include <native_process.h>

#include "component.h"
#include "service.h"

/* Room for answers; used under the lock. */
static uint8_t answer_bytes[MESSAGE_BYTES_MAX];
static struct file_status answer_status;
static struct directory_entry answer_entry;

static struct child *process_of(void *self)
{
	return ((struct native_child *)self)->child;
}

static const char *string_of(struct capnp_text text)
{
	return text.at ? text.at : "";
}

static enum status birth(void *self, struct request *request,
                         struct process_parent_birth_results *results)
{
	const struct native_child *child = self;

	(void)request;
	results->memory = child->birth;
	results->size = child->birth_size;
	return OK;
}

static enum status listen(void *self, struct request *request,
                          const struct process_parent_listen_params *params)
{
	struct native_child *child = self;
	const struct self_copy_params copy = {.cap = params->news.id};
	struct self_copy_results copied;

	(void)request;
	if (cap_valid(child->news) || !ipc_notification(&component_env()->ipc, params->news))
		return ERR_BAD_ARG;
	const enum status status = self_copy(&component_env()->ipc, CAP_NULL, &copy, &copied);
	if (status != OK)
		return status;
	child->news = copied.copy;
	if (child->child->news_count || child->child->changed)
		native_child_wake(child); /* they came before anybody listened */
	return OK;
}

static enum status news(void *self, struct request *request,
                        struct process_parent_news_results *results)
{
	struct spawner_news told;

	(void)request;
	family_news(process_of(self), &told);
	*results = (struct process_parent_news_results){.signal = told.signal,
	                                                .sender = told.sender,
	                                                .group = told.group,
	                                                .changed = told.changed};
	return OK;
}

static enum status end(void *self, struct request *request,
                       const struct process_parent_end_params *params)
{
	(void)request;
	family_ended(process_of(self), params->status & 0xffff, params->stays);
	return params->stays ? OK : ERR_GONE; /* nobody is left to read it */
}

static enum status stop(void *self, struct request *request,
                        const struct process_parent_stop_params *params)
{
	(void)request;
	if (params->signal != 0 && !job_stops(params->signal))
		return ERR_BAD_ARG;
	job_child_stopped(process_of(self), params->signal);
	return OK;
}

static enum status identify(void *self, struct request *request,
                            struct process_parent_identify_results *results)
{
	(void)request;
	results->process = family_identify(process_of(self)->process);
	return OK;
}

static enum status kill_relative(void *self, struct request *request,
                                 const struct process_parent_kill_params *params,
                                 struct process_parent_kill_results *results)
{
	(void)request;
	results->result = family_kill_from(process_of(self), params->process, params->signal);
	return OK;
}

static enum status join(void *self, struct request *request,
                        const struct process_parent_join_params *params)
{
	(void)request;
	family_join(process_of(self), params->group, params->session);
	return OK;
}

static enum status read_file(void *self, struct request *request,
                             const struct process_parent_read_params *params,
                             struct process_parent_read_results *results)
{
	enum { PART_MAX = MESSAGE_BYTES_MAX - 128 };
	const size_t size = params->size < PART_MAX ? params->size : PART_MAX;

	(void)request;
	results->result =
		family_read(process_of(self), params->file, answer_bytes, size, params->offset);
	if (results->result > 0) {
		results->data.at = answer_bytes;
		results->data.size = (uint32_t)results->result;
	}
	return OK;
}

static enum status write_file(void *self, struct request *request,
                              const struct process_parent_write_params *params,
                              struct process_parent_write_results *results)
{
	(void)request;
	results->result = family_write(process_of(self), params->file, params->data.at,
	                               params->data.size, params->offset);
	return OK;
}

static enum status seek(void *self, struct request *request,
                        const struct process_parent_seek_params *params,
                        struct process_parent_seek_results *results)
{
	(void)request;
	results->result =
		family_seek(process_of(self), params->file, params->offset, params->whence);
	return OK;
}

static enum status ready(void *self, struct request *request,
                         const struct process_parent_ready_params *params,
                         struct process_parent_ready_results *results)
{
	(void)request;
	results->events = family_ready(process_of(self), params->file);
	return OK;
}

static const struct file_status *told(const struct spawner_status *status)
{
	answer_status = (struct file_status){.mode = status->mode,
	                                     .stream = status->stream,
	                                     .id = status->id,
	                                     .size = (uint64_t)status->size,
	                                     .modified = status->modified_ns,
	                                     .terminal = status->terminal};
	return &answer_status;
}

static enum status status_of(void *self, struct request *request,
                             const struct process_parent_status_params *params,
                             struct process_parent_status_results *results)
{
	struct spawner_status status;

	(void)request;
	results->result = family_status(process_of(self), params->file, &status);
	if (results->result == 0)
		results->status.item = told(&status);
	return OK;
}

static enum status control(void *self, struct request *request,
                           const struct process_parent_control_params *params,
                           struct process_parent_control_results *results)
{
	enum { ARGUMENT_MAX = 256 };
	const uint32_t size = params->argument.size;

	(void)request;
	if (size > ARGUMENT_MAX)
		return ERR_BAD_ARG;
	if (size)
		memcpy(answer_bytes, params->argument.at, size);
	results->result =
		family_control(process_of(self), params->file, params->request, answer_bytes, size);
	results->argument.at = answer_bytes;
	results->argument.size = size;
	return OK;
}

static enum status truncate_file(void *self, struct request *request,
                                 const struct process_parent_truncate_params *params,
                                 struct process_parent_truncate_results *results)
{
	(void)request;
	results->result = family_truncate(process_of(self), params->file, params->size);
	return OK;
}

static enum status set_mode(void *self, struct request *request,
                            const struct process_parent_set_mode_params *params,
                            struct process_parent_set_mode_results *results)
{
	(void)request;
	results->result = family_set_mode(process_of(self), params->file, params->mode);
	return OK;
}

static enum status set_time(void *self, struct request *request,
                            const struct process_parent_set_time_params *params,
                            struct process_parent_set_time_results *results)
{
	(void)request;
	results->result = family_set_time(process_of(self), params->file, params->modified);
	return OK;
}

static enum status close_file(void *self, struct request *request,
                              const struct process_parent_close_params *params)
{
	(void)request;
	family_close(process_of(self), params->file);
	return OK;
}

static enum status lookup(void *self, struct request *request,
                          const struct process_parent_lookup_params *params,
                          struct process_parent_lookup_results *results)
{
	struct spawner_status status;

	(void)request;
	results->result = family_lookup(process_of(self), params->directory,
	                                string_of(params->name), &status);
	if (results->result >= 0)
		results->status.item = told(&status);
	return OK;
}

static enum status create_file(void *self, struct request *request,
                               const struct process_parent_create_params *params,
                               struct process_parent_create_results *results)
{
	(void)request;
	results->result = family_create(process_of(self), params->directory,
	                                string_of(params->name), params->mode);
	return OK;
}

static enum status link_file(void *self, struct request *request,
                             const struct process_parent_link_params *params,
                             struct process_parent_link_results *results)
{
	(void)request;
	results->result = family_link(process_of(self), params->directory, string_of(params->name),
	                              string_of(params->target));
	return OK;
}

static enum status target(void *self, struct request *request,
                          const struct process_parent_target_params *params,
                          struct process_parent_target_results *results)
{
	const char *to = "";

	(void)request;
	results->result = family_target(process_of(self), params->file, &to);
	results->target = capnp_text_of(to);
	return OK;
}

static enum status remove_file(void *self, struct request *request,
                               const struct process_parent_remove_params *params,
                               struct process_parent_remove_results *results)
{
	(void)request;
	results->result = family_delete(process_of(self), params->directory,
	                                string_of(params->name), params->folder);
	return OK;
}

static enum status rename_file(void *self, struct request *request,
                               const struct process_parent_rename_params *params,
                               struct process_parent_rename_results *results)
{
	(void)request;
	results->result =
		family_rename(process_of(self), params->directory, string_of(params->name),
	                      params->to, string_of(params->new_name));
	return OK;
}

static enum status list(void *self, struct request *request,
                        const struct process_parent_list_params *params,
                        struct process_parent_list_results *results)
{
	uint64_t cookie = params->cookie;

	(void)request;
	results->result = family_list(process_of(self), params->directory, &cookie, &answer_entry);
	if (results->result <= 0)
		return OK;
	results->cookie = cookie;
	results->id = answer_entry.id;
	results->mode = answer_entry.mode;
	results->name = capnp_text_of(answer_entry.name);
	return OK;
}

/* It leaves this component with the answer (service.c). */
static enum status memory(void *self, struct request *request,
                          const struct process_parent_memory_params *params,
                          struct process_parent_memory_results *results)
{
	const struct native_child *child = self;

	(void)request;
	if (params->number == 0 || params->number > child->memory_count ||
	    !cap_valid(child->memories[params->number - 1]))
		return ERR_BAD_ARG;
	results->memory = child->memories[params->number - 1];
	child->memories[params->number - 1] = CAP_NULL;
	service_of_component()->moved = results->memory;
	return OK;
}

static const struct process_parent_server methods = {
	.birth = birth,
	.listen = listen,
	.news = news,
	.end = end,
	.stop = stop,
	.identify = identify,
	.kill = kill_relative,
	.join = join,
	.read = read_file,
	.write = write_file,
	.seek = seek,
	.ready = ready,
	.status = status_of,
	.control = control,
	.truncate = truncate_file,
	.set_mode = set_mode,
	.set_time = set_time,
	.close = close_file,
	.lookup = lookup,
	.create = create_file,
	.link = link_file,
	.target = target,
	.remove = remove_file,
	.rename = rename_file,
	.list = list,
	.memory = memory,
};

enum status child_questions_dispatch(struct native_child *child, struct request *request)
{
	return process_parent_dispatch(&methods, child, request);
}
