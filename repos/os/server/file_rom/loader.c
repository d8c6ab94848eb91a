/* SPDX-License-Identifier: MIT */
#include "loader.h"

#include <file_system_session/client.h>
#include <string.h>

/* Of st_mode. */
enum { MODE_KIND = 0170000, MODE_FILE = 0100000 };

static struct file_packet *packets(const struct loader *loader)
{
	return (struct file_packet *)(void *)loader->buffer;
}

static uint8_t *room(const struct loader *loader)
{
	return loader->buffer + FILE_PACKETS_SIZE;
}

static size_t room_size(const struct loader *loader)
{
	return loader->buffer_size - FILE_PACKETS_SIZE;
}

static struct loader *of_request(struct ring_request *request)
{
	return (struct loader *)((char *)request - offsetof(struct loader, request));
}

/* ---- steps ---- */

typedef void step_done(struct ring_request *request, enum status status,
                       const struct message *message);

static enum status fill(struct ring_request *request, struct message *message, void *segment)
{
	const struct file_system_submit_params params = {.count = of_request(request)->count};

	(void)segment;
	message->word_count = FILE_SYSTEM_SUBMIT_PARAMS_WORDS;
	file_system_submit_params_pack(&params, message->words, message->caps);
	return OK;
}

/* One packet; and behind it another that closes `closed`, if that is a handle. */
static void submit(struct loader *loader, const struct file_request *packet, uint32_t closed,
                   step_done *done)
{
	packets(loader)[0].request = *packet;
	packets(loader)[1].request =
		(struct file_request){.operation = FILE_CLOSE, .handle = closed};
	loader->count = closed == FILE_HANDLE_ROOT ? 1 : 2;
	loader->request = (struct ring_request){
		.target = loader->session.cap,
		.interface = FILE_SYSTEM_INTERFACE,
		.method = FILE_SYSTEM_SUBMIT,
		.fill = fill,
		.done = done,
	};
	ring_client_call(&loader->ring, &loader->request);
}

/* The server may write to the buffer at any time: what it says now is what counts. */
static enum status answer_of(struct loader *loader, enum status status,
                             struct file_answer *out_answer)
{
	if (status != OK) {
		loader->broken = true;
		return ERR_GONE;
	}
	memcpy(out_answer, &packets(loader)[0].answer, sizeof(*out_answer));
	__asm__ volatile("" : : : "memory");
	return out_answer->error == FILE_OK ? OK : ERR_DENIED;
}

/* ---- the end ---- */

static void end(struct loader *loader)
{
	if (loader->status == OK)
		rom_module_publish(loader->module, loader->version);
	else if (loader->version)
		rom_module_discard(loader->module, loader->version);
	loader->version = NULL;
	loader->busy = false;
	loader->loaded(loader->self, loader->status);
}

static void closed(struct ring_request *request, enum status status, const struct message *message)
{
	struct loader *loader = of_request(request);

	(void)message;
	loader->broken = loader->broken || status != OK;
	end(loader);
}

static void finish(struct loader *loader, enum status status)
{
	const struct file_request packet = {.operation = FILE_CLOSE, .handle = loader->handle};

	loader->status = status;
	if (loader->handle == FILE_HANDLE_ROOT || loader->broken)
		end(loader);
	else
		submit(loader, &packet, FILE_HANDLE_ROOT, closed);
}

/* ---- the content ---- */

static void read_next(struct loader *loader);

static void have_read(struct ring_request *request, enum status status,
                      const struct message *message)
{
	struct loader *loader = of_request(request);
	const uint64_t left = loader->size - loader->offset;
	struct file_answer answer;

	(void)message;
	status = answer_of(loader, status, &answer);
	/* One that has become shorter meanwhile is not the file that was found. */
	if (status == OK &&
	    (answer.result == 0 || answer.result > left || answer.result > room_size(loader)))
		status = ERR_DENIED;
	if (status != OK) {
		finish(loader, status);
		return;
	}
	memcpy(loader->content + loader->offset, room(loader), answer.result);
	loader->offset += answer.result;
	read_next(loader);
}

static void read_next(struct loader *loader)
{
	const uint64_t left = loader->size - loader->offset, most = room_size(loader);
	const struct file_request packet = {.operation = FILE_READ,
	                                    .handle = loader->handle,
	                                    .at = FILE_PACKETS_SIZE,
	                                    .size = (uint32_t)(left < most ? left : most),
	                                    .offset = loader->offset};

	if (left > 0)
		submit(loader, &packet, FILE_HANDLE_ROOT, have_read);
	else
		finish(loader, OK);
}

static void begin_reading(struct loader *loader, const struct file_answer *found)
{
	void *content;
	enum status status = (found->mode & MODE_KIND) == MODE_FILE ? OK : ERR_DENIED;

	loader->size = found->size;
	loader->offset = 0;
	if (status == OK)
		status = rom_module_prepare(loader->module, loader->size, &loader->version,
		                            &content);
	if (status != OK) {
		finish(loader, status);
		return;
	}
	loader->content = content;
	read_next(loader);
}

/* ---- the path ---- */

static void look_up_next(struct loader *loader);

static void have_found(struct ring_request *request, enum status status,
                       const struct message *message)
{
	struct loader *loader = of_request(request);
	struct file_answer answer;

	(void)message;
	loader->handle = FILE_HANDLE_ROOT; /* the directory was closed behind the lookup */
	status = answer_of(loader, status, &answer);
	if (status != OK) {
		finish(loader, status);
		return;
	}
	loader->handle = answer.result;
	if (*loader->rest)
		look_up_next(loader);
	else
		begin_reading(loader, &answer);
}

static size_t first_size(const char *path)
{
	size_t size = 0;

	while (path[size] && path[size] != '/')
		size++;
	return size;
}

static void look_up_next(struct loader *loader)
{
	const size_t size = first_size(loader->rest);
	const struct file_request packet = {.operation = FILE_LOOKUP,
	                                    .handle = loader->handle,
	                                    .at = FILE_PACKETS_SIZE,
	                                    .size = (uint32_t)size};

	memcpy(room(loader), loader->rest, size);
	loader->rest += size;
	loader->rest += *loader->rest == '/';
	submit(loader, &packet, loader->handle, have_found);
}

void loader_load(struct loader *loader, const char *path, struct rom_module *module,
                 loader_done *loaded, void *self)
{
	loader->busy = true;
	loader->rest = path;
	loader->handle = FILE_HANDLE_ROOT;
	loader->module = module;
	loader->loaded = loaded;
	loader->self = self;
	look_up_next(loader);
}

/* ---- the session ---- */

static enum status attach(struct env *env, struct loader *loader)
{
	struct file_system_buffer_results buffer;
	void *base;
	enum status status = file_system_buffer(&env->ipc, loader->session.cap, &buffer);

	if (status == OK && buffer.size <= FILE_PACKETS_SIZE + LOADER_PATH_MAX)
		status = ERR_BAD_ARG;
	if (status != OK)
		return status;

	const struct region_attach attach = {
		.memory = buffer.memory, .size = buffer.size, .write = true};

	status = region_attach(&env->regions, &attach, &base);
	loader->buffer = base;
	loader->buffer_size = buffer.size;
	return status;
}

enum status loader_init(struct loader *loader, struct entrypoint *entrypoint, const char *label)
{
	const struct ring_client_setup setup = {.entries = 1};
	const struct session_request request = {.service = "File_system", .label = label};
	enum status status = ring_client_init(&loader->ring, entrypoint, &setup);

	if (status == OK)
		status = session_open(entrypoint->env, &request, &loader->session);
	return status == OK ? attach(entrypoint->env, loader) : status;
}
