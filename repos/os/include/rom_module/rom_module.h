/* SPDX-License-Identifier: MIT */
/*
 * ROM module: a ROM whose content changes, for servers of the ROM service.
 *
 * Each content is a version: memory of the server's, shared by all sessions that
 * have it, and kept as long as one of them has. So what a client reads never
 * changes under its feet: it gets the newest version when it asks, and is
 * signalled when there is a newer one than it has.
 */
#pragma once

#include <base/session_server.h>

struct rom_version;

struct rom_module {
	struct env *env;
	struct rom_version *current; /* NULL: nothing yet, its ROM is empty */
	struct rom_module_session *sessions;
};

/* The server's session record; what a server adds comes behind it. */
struct rom_module_session {
	struct server_session session;
	struct rom_module *module;
	struct rom_module_session *next;
	struct rom_version *given;
	bool asked; /* it has had an answer, of whatever version */
	cap_t changed;
};

/* A new content; all clients are signalled. ERR_OUT_OF_*: the old one stays. */
enum status rom_module_set(struct rom_module *module, const void *data, size_t size);
/* The same in parts: memory to be filled, which becomes the content, or is let go. */
enum status rom_module_prepare(struct rom_module *module, size_t size,
                               struct rom_version **out_version, void **out_at);
void rom_module_publish(struct rom_module *module, struct rom_version *version);
void rom_module_discard(struct rom_module *module, struct rom_version *version);
/* Lets go of the content; no session may be open. */
void rom_module_fini(struct rom_module *module);
/* The newest content, as the server itself sees it; NULL: none, or it is empty. */
const void *rom_module_content(const struct rom_module *module, size_t *out_size);

/* For struct session_service: open calls rom_module_open, the others are as they are. */
void rom_module_open(struct server_session *session, struct rom_module *module);
void rom_module_close(struct server_session *session);
enum status rom_module_dispatch(struct served *served, struct request *request);
extern const uint32_t rom_module_interfaces[];

/* The last element of a label: the name of a ROM. */
const char *rom_module_name(const char *label);
