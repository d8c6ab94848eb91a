/* SPDX-License-Identifier: MIT */
/*
 * File ROM: files of a File_system session, served as ROMs.
 *
 *   wanted -> loading -> ready      wanted, loading: those who open it wait
 *                |
 *                v
 *              failed: they are refused, and it is forgotten
 *
 * Files are loaded one at a time, in the order in which they were asked for. One that is ready and that
 * nobody has open stays, as long as all of those have room in the cache.
 */
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <file_rom_config/types.h>
#include <string.h>

#include "loader.h"

enum { FILES_MAX = 64, WAITING_MAX = 32, TABLE_SLOTS = 256 };

enum file_state { FILE_WANTED, FILE_LOADING, FILE_READY };

struct file {
	struct file *next; /* the oldest wish first */
	struct server *server;
	struct rom_module module;
	enum file_state state;
	uint64_t last_closed; /* ns since boot */
	char path[LOADER_PATH_MAX + 1];
};

struct server {
	struct entrypoint entrypoint;
	struct session_server sessions;
	struct loader loader;
	struct file *files;
	unsigned count;
	uint64_t cache;
};

struct reader {
	struct rom_module_session rom; /* first */

	struct file *file;
};

/* ---- files ---- */

static struct file *find(struct server *server, const char *path)
{
	for (struct file *file = server->files; file; file = file->next) {
		if (strcmp(file->path, path) == 0)
			return file;
	}
	return NULL;
}

static void forget(struct file *file)
{
	struct server *server = file->server;
	struct file **place = &server->files;

	while (*place != file)
		place = &(*place)->next;
	*place = file->next;
	server->count--;
	rom_module_fini(&file->module);
	heap_free(&server->entrypoint.env->heap, file);
}

static size_t size_of(const struct file *file)
{
	size_t size;

	(void)rom_module_content(&file->module, &size);
	return size;
}

static bool unused(const struct file *file)
{
	return file->state == FILE_READY && !file->module.sessions;
}

/* The one that nobody has had open for the longest time; NULL: all are in use. */
static struct file *oldest_unused(const struct server *server, uint64_t *out_sum)
{
	struct file *oldest = NULL;

	*out_sum = 0;
	for (struct file *file = server->files; file; file = file->next) {
		if (!unused(file))
			continue;
		*out_sum += size_of(file);
		if (!oldest || file->last_closed < oldest->last_closed)
			oldest = file;
	}
	return oldest;
}

static void trim(struct server *server)
{
	struct file *oldest;
	uint64_t sum;

	while ((oldest = oldest_unused(server, &sum)) && sum > server->cache)
		forget(oldest);
}

static struct file *add(struct server *server, const char *path)
{
	struct file *file, **last = &server->files;
	uint64_t sum;

	if (server->count == FILES_MAX && (file = oldest_unused(server, &sum)))
		forget(file);
	if (server->count == FILES_MAX)
		return NULL;
	file = heap_alloc(&server->entrypoint.env->heap, sizeof(*file));
	if (!file)
		return NULL;
	*file = (struct file){.server = server, .module = {.env = server->entrypoint.env}};
	memcpy(file->path, path, strlen(path) + 1);
	while (*last)
		last = &(*last)->next;
	*last = file;
	server->count++;
	return file;
}

/* ---- loading ---- */

static void load_next(struct server *server);

/* Those who wait have it, or are refused; a session that is refused is gone. */
static void answer_waiting(struct file *file, enum status status)
{
	struct server_session *next;

	for (struct server_session *at = file->server->sessions.sessions; at; at = next) {
		next = at->next;
		if (at->reply_slot && ((struct reader *)at)->file == file)
			session_opened(at, status);
	}
}

static void loaded(void *self, enum status status)
{
	struct file *file = self;
	struct server *server = file->server;

	if (status != OK)
		log_line(server->entrypoint.env, "%s can't be read: %s", file->path,
		         status_name(status));
	if (status == OK)
		file->state = FILE_READY;
	file->last_closed = entrypoint_now(&server->entrypoint);
	/* What the server lacks itself is no reason for a client to donate more. */
	if (status == ERR_OUT_OF_RAM || status == ERR_OUT_OF_CAPS)
		answer_waiting(file, ERR_NOT_NOW);
	else
		answer_waiting(file, status);
	if (status != OK)
		forget(file);
	trim(server);
	load_next(server);
}

static void load_next(struct server *server)
{
	struct file *next;

	for (struct file *file = server->files; file && !server->loader.busy; file = next) {
		next = file->next;
		if (file->state != FILE_WANTED)
			continue;
		if (server->loader.broken) {
			answer_waiting(file, ERR_GONE);
			forget(file);
			continue;
		}
		file->state = FILE_LOADING;
		loader_load(&server->loader, file->path, &file->module, loaded, file);
	}
}

/* ---- sessions ---- */

static enum status open(struct server_session *session, struct request *request,
                        const struct root_create_params *params)
{
	struct server *server = session->server->context;
	struct reader *reader = (struct reader *)session;
	const char *path = rom_module_name(session->label);
	enum status status = OK;

	(void)params;
	if (*path == '\0' || strlen(path) > LOADER_PATH_MAX)
		return ERR_DENIED;
	reader->file = find(server, path);
	if (!reader->file) {
		if (server->loader.broken)
			return ERR_GONE;
		reader->file = add(server, path);
	}
	if (!reader->file)
		return ERR_NOT_NOW;
	if (reader->file->state != FILE_READY)
		status = session_open_later(session, request);
	if (status != OK)
		return status; /* it is loaded all the same: for those who ask again */
	rom_module_open(session, &reader->file->module);
	load_next(server);
	return OK;
}

static void close(struct server_session *session)
{
	struct file *file = ((struct reader *)session)->file;

	rom_module_close(session);
	file->last_closed = entrypoint_now(&file->server->entrypoint);
	trim(file->server);
}

static const struct session_service service = {
	.name = "ROM",
	.session_bytes = sizeof(struct reader),
	.dispatch = rom_module_dispatch,
	.interfaces = rom_module_interfaces,
	.open = open,
	.close = close,
};

int component_main(struct env *env)
{
	static struct server server; /* the one of this component */
	struct config config;
	struct rom rom;

	if (env_grow_table(env, TABLE_SLOTS) != OK || rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK ||
	    entrypoint_init(&server.entrypoint, env, WAITING_MAX) != OK) {
		log_line(env, "the configuration or the budget can't be used");
		return 1;
	}
	server.cache = config.cache;

	enum status status = loader_init(&server.loader, &server.entrypoint,
	                                 config.label.at ? config.label.at : "");

	if (status == OK)
		status = session_server_init(&server.sessions, &server.entrypoint, &service,
		                             &server);
	if (status != OK) {
		log_line(env, "no files to be had: %s", status_name(status));
		return 1;
	}
	entrypoint_run(&server.entrypoint);
	return 0;
}
