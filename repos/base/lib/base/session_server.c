/* SPDX-License-Identifier: MIT */
#include <base/session_server.h>
#include <kernel/client.h>
#include <parent/client.h>
#include <root/server.h>
#include <string.h>

/* The session's account is the client's donation: what it can't pay, the client has to add. */
static enum status insufficient(enum status status)
{
	if (status == ERR_OUT_OF_RAM)
		return ERR_INSUFFICIENT_RAM;
	if (status == ERR_OUT_OF_CAPS)
		return ERR_INSUFFICIENT_CAPS;
	return status;
}

/* For the first few sessions the server has room of its own, which costs no calls of the kernel. */
enum { OWN_RECORDS_BYTES = 2048 };

static struct server_session *alloc_own(struct session_server *server)
{
	const size_t size = server->service->session_bytes;
	struct server_session *session;

	if (server->own_bytes + size > OWN_RECORDS_BYTES)
		return NULL;
	session = heap_alloc(&server->entrypoint->env->heap, size);
	if (session)
		server->own_bytes += size;
	return session;
}

static enum status alloc_paid(struct session_server *server, cap_t account,
                              struct server_session **out_session)
{
	struct env *env = server->entrypoint->env;
	const struct charge_create_memory_params params = {.size = server->service->session_bytes};
	struct charge_create_memory_results made;
	void *base;
	enum status status = charge_create_memory(&env->ipc, account, &params, &made);

	if (status != OK)
		return status;

	const struct region_attach attach = {.memory = made.memory,
	                                     .account = account,
	                                     .size = server->service->session_bytes,
	                                     .write = true};

	status = region_attach(&env->regions, &attach, &base);
	if (status != OK) {
		ipc_drop(&env->ipc, made.memory);
		return status;
	}
	*out_session = base;
	(*out_session)->memory = made.memory;
	return OK;
}

static enum status alloc_record(struct session_server *server, cap_t account,
                                struct server_session **out_session)
{
	enum status status = OK;

	*out_session = alloc_own(server);
	if (!*out_session)
		status = alloc_paid(server, account, out_session);
	if (status != OK)
		return status;
	(*out_session)->server = server;
	(*out_session)->account = account;
	return OK;
}

static void free_record(struct server_session *session)
{
	struct session_server *server = session->server;
	struct env *env = server->entrypoint->env;
	const size_t size = server->service->session_bytes;
	const cap_t memory = session->memory, account = session->account;

	if (cap_valid(memory)) {
		region_detach(&env->regions, session, size);
		ipc_drop(&env->ipc, memory);
	} else {
		server->own_bytes -= size;
		heap_free(&env->heap, session);
	}
	ipc_drop(&env->ipc, account);
}

static enum status create(void *self, struct request *request,
                          const struct root_create_params *params,
                          struct root_create_results *results)
{
	struct session_server *server = self;
	struct server_session *session;

	if (params->label.size > SESSION_LABEL_MAX || !cap_valid(params->account))
		return ERR_BAD_ARG;
	if (!env_reserve_slots(server->entrypoint->env))
		return ERR_NOT_NOW; /* the server is full: no donation would help */

	enum status status = alloc_record(server, params->account, &session);

	if (status != OK)
		return insufficient(status);
	(void)request_take(request, params->account);
	session->id = params->id;
	memcpy(session->label, params->label.at, params->label.size);
	status = entrypoint_serve(server->entrypoint, &session->served, server->service->dispatch,
	                          server->service->interfaces, params->account);
	if (status == OK && server->service->open)
		status = server->service->open(session, request, params);
	if (status != OK) {
		entrypoint_unserve(server->entrypoint, &session->served);
		free_record(session);
		return insufficient(status);
	}
	session->next = server->sessions;
	server->sessions = session;
	results->session = session->served.cap;
	return OK;
}

static struct server_session **find(struct session_server *server, uint64_t id)
{
	for (struct server_session **place = &server->sessions; *place; place = &(*place)->next) {
		if ((*place)->id == id)
			return place;
	}
	return NULL;
}

/* The account has grown by itself; a session that wants to know would ask it. */
static enum status upgrade(void *self, struct request *request,
                           const struct root_upgrade_params *params)
{
	(void)request;
	return find(self, params->id) ? OK : ERR_BAD_ARG;
}

static void remove(struct server_session **place)
{
	struct server_session *session = *place;
	struct session_server *server = session->server;

	*place = session->next;
	if (server->service->close)
		server->service->close(session);
	entrypoint_unserve(server->entrypoint, &session->served);
	free_record(session);
}

static enum status close(void *self, struct request *request,
                         const struct root_close_params *params)
{
	struct session_server *server = self;
	struct server_session **place = find(server, params->id);

	(void)request;
	if (!place)
		return ERR_BAD_ARG;
	if ((*place)->reply_slot)
		session_opened(*place, ERR_CANCELLED);
	else
		remove(place);
	return OK;
}

enum status session_open_later(struct server_session *session, struct request *request)
{
	return entrypoint_keep(session->server->entrypoint, request, &session->reply_slot);
}

void session_opened(struct server_session *session, enum status status)
{
	const struct root_create_results results = {.session = session->served.cap};
	struct entrypoint *entrypoint = session->server->entrypoint;
	struct message answer = {0};
	const unsigned slot = session->reply_slot;

	session->reply_slot = 0;
	if (status == OK)
		status = root_create_answer(&results, &answer, NULL);
	entrypoint_answer(entrypoint, slot, insufficient(status), &answer);
	if (status != OK)
		remove(find(session->server, session->id));
}

static const struct root_server root_methods = {
	.create = create, .upgrade = upgrade, .close = close};

static enum status dispatch_root(struct served *served, struct request *request)
{
	struct session_server *server =
		(struct session_server *)((char *)served - offsetof(struct session_server, root));

	return root_dispatch(&root_methods, server, request);
}

enum status session_server_init(struct session_server *server, struct entrypoint *entrypoint,
                                const struct session_service *service, void *context)
{
	static const uint32_t interfaces[] = {ROOT_INTERFACE, 0};
	struct env *env = entrypoint->env;

	*server = (struct session_server){
		.entrypoint = entrypoint, .service = service, .context = context};

	enum status status =
		entrypoint_serve(entrypoint, &server->root, dispatch_root, interfaces, CAP_NULL);

	if (status != OK)
		return status;

	const struct parent_announce_params params = {.service = capnp_text_of(service->name),
	                                              .root = server->root.cap};

	return parent_announce(&env->ipc, env->parent, &params);
}
