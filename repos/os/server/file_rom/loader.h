/* SPDX-License-Identifier: MIT */
/*
 * Loader: reads files of a File_system session, one at a time, without waiting.
 *
 * A file is looked up name by name, then read piece by piece; each step is a packet in a call through the ring,
 * and its answer starts the next one. The file server is not trusted: an answer is copied before it
 * is looked at, sizes are checked, and a server that has gone fails this and every later file.
 */
#pragma once

#include <base/ring_client.h>
#include <file_system_session/packet.h>
#include <rom_module/rom_module.h>

enum { LOADER_PATH_MAX = 255 };

/* OK: the module has the content. */
typedef void loader_done(void *self, enum status status);

struct loader {
	struct ring_client ring;
	struct ring_request request;
	uint32_t count; /* of its packets */
	struct session session;
	uint8_t *buffer;
	size_t buffer_size;
	bool broken;

	/* the file at hand */
	bool busy;
	const char *rest; /* of the path: what is still to be looked up */
	uint32_t handle;  /* of what was found last */
	struct rom_module *module;
	struct rom_version *version;
	uint8_t *content;
	uint64_t size, offset;
	enum status status;
	loader_done *loaded;
	void *self;
};

/* `label` is that of the File_system session. */
enum status loader_init(struct loader *loader, struct entrypoint *entrypoint, const char *label);
/*
 * Reads the file into the module; the path stays the caller's. `loaded` is called later, once. ERR_DENIED: there is no
 * such file, or it is none. ERR_OUT_OF_*: there is no room. ERR_GONE: the file server has gone, and
 * the loader is broken. Only while it is neither busy nor broken.
 */
void loader_load(struct loader *loader, const char *path, struct rom_module *module,
                 loader_done *loaded, void *self);
