/* SPDX-License-Identifier: MIT */
#include "exported.h"

#include <base/log.h>
#include <kernel/client.h>
#include <parent/client.h>
#include <root/server.h>
#include <stdlib.h>
#include <string.h>

#include "child/child.h"
#include "plan/resolve.h"
#include "report/state.h"
#include "rom_config.h"

enum { ARGS_MAX = 1024 };

/* One service that init offers. */
struct exported {
	struct exported *next;
	struct init *init;
	struct served root;
	char service[PLAN_NAME_MAX + 1];
	struct exported_session *sessions;
};

enum exported_state { EXPORTED_WAITING, EXPORTED_CREATING, EXPORTED_OPEN, EXPORTED_CLOSING };

struct exported_session {
	struct exported_session *next;
	struct exported *exported;
	struct child *server;
	struct rom_config *state_rom; /* init itself serves it: its state */
	enum exported_state state;
	uint64_t id; /* the parent's, and for the child the same */
	unsigned reply_slot;
	struct call call;

	/* until the child has answered */
	struct label label;
	void *args;
	size_t args_size;
	cap_t argument, account;
	uint64_t ram;
	uint32_t caps;
};

static struct exported_session *of_request(struct ring_request *request)
{
	return (struct exported_session *)((char *)request -
	                                   offsetof(struct exported_session, call.request));
}

static struct ipc *ipc_of(const struct exported_session *session)
{
	return &session->exported->init->env->ipc;
}

static void forget_request(struct exported_session *session)
{
	free(session->args);
	session->args = NULL;
	ipc_drop(ipc_of(session), session->argument);
	ipc_drop(ipc_of(session), session->account);
	session->argument = session->account = CAP_NULL;
}

static void answer(struct exported_session *session, enum status status,
                   const struct message *message)
{
	entrypoint_answer(&session->exported->init->entrypoint, session->reply_slot, status,
	                  message);
	session->reply_slot = 0;
}

static void remove(struct exported_session *session)
{
	for (struct exported_session **place = &session->exported->sessions; *place;
	     place = &(*place)->next) {
		if (*place == session) {
			*place = session->next;
			break;
		}
	}
	forget_request(session);
	free(session);
}

/* ---- create ---- */

static enum status fill_create(struct ring_request *request, struct message *message, void *segment)
{
	const struct exported_session *session = of_request(request);
	const struct root_create_params params = {
		.id = session->id,
		.label = capnp_text_of(session->label.text),
		.args = {.at = session->args, .size = (uint32_t)session->args_size},
		.argument = session->argument,
		.account = session->account,
		.ram = session->ram,
		.caps = session->caps,
	};

	return capnp_message_encode(&root_create_params_layout, &params, message, segment);
}

static void created(struct ring_request *request, enum status status, const struct message *message)
{
	struct exported_session *session = of_request(request);
	struct root_create_results results = {0};
	struct message passed_on = {0};

	if (status == OK)
		status = capnp_message_decode(&root_create_results_layout, message, &results);
	if (status == OK && !cap_valid(results.session))
		status = ERR_GONE;
	if (status == OK)
		status = root_create_answer(&results, &passed_on, NULL);
	passed_on.cap_moves = (uint8_t)((1u << passed_on.cap_count) - 1);
	answer(session, status, &passed_on);
	/* It has gone, or nobody has taken it. */
	ipc_drop(ipc_of(session), results.session);
	if (status != OK) {
		remove(session);
		return;
	}
	forget_request(session);
	session->state = EXPORTED_OPEN;
}

static void try_create(struct exported_session *session)
{
	const cap_t root = child_root(session->server, session->exported->service);

	if (!child_awaited(session->server)) {
		answer(session, ERR_GONE, NULL);
		remove(session);
		return;
	}
	if (!cap_valid(root))
		return;
	session->state = EXPORTED_CREATING;
	session->call.request = (struct ring_request){
		.target = root,
		.interface = ROOT_INTERFACE,
		.method = ROOT_CREATE,
		.fill = fill_create,
	};
	session->call.done = created;
	call_queue_start(&session->server->calls, &session->call);
}

/* Who serves a request: a child, or init itself. False: refused, and the log says why. */
static bool find_server(struct exported *exported, const char *label, struct exported_session *out)
{
	struct init *init = exported->init;
	const struct resolve_request request = {.service = exported->service, .label = label};
	struct resolve_answer found;

	resolve_export(init->plan, &request, NULL, &found);
	if (found.outcome != RESOLVE_CHILD && found.outcome != RESOLVE_STATE) {
		log_line(init->env, "export of %s \"%s\" %s", exported->service, label,
		         resolve_outcome_text(found.outcome));
		return false;
	}
	out->label = found.label;
	if (found.outcome == RESOLVE_CHILD)
		out->server = init->children[found.child];
	return true;
}

static void insert(struct exported_session *session, uint64_t id)
{
	session->id = id;
	session->next = session->exported->sessions;
	session->exported->sessions = session;
}

/* The ROM with init's state: the session's account pays for all of it. */
static enum status serve_state(struct exported_session *session, struct request *request,
                               const struct root_create_params *params,
                               struct root_create_results *results)
{
	struct init *init = session->exported->init;
	struct plan_config content = {.kind = CONFIG_DATA};
	void *message;
	enum status status = state_encode(init, &message, &content.size);

	if (status != OK)
		return status;
	content.data = message;
	session->account = request_take(request, params->account);
	status = rom_config_create(&init->entrypoint, session->account, &content,
	                           &session->state_rom);
	if (status == OK) {
		/* Later ones need room as well: while the reader has one, init makes the next. */
		status = rom_config_update(session->state_rom, &content);
		if (status != OK)
			rom_config_destroy(session->state_rom);
	}
	free(message);
	if (status != OK) {
		ipc_drop(&init->env->ipc, session->account);
		return status;
	}
	session->state = EXPORTED_OPEN;
	insert(session, params->id);
	report_reader_opened(init);
	results->session = rom_config_cap(session->state_rom);
	return OK;
}

static enum status create(void *self, struct request *request,
                          const struct root_create_params *params,
                          struct root_create_results *results)
{
	struct exported *exported = self;
	struct exported_session *session;
	char label[LABEL_BYTES_MAX];

	if (params->label.size >= sizeof(label) || params->args.size > ARGS_MAX ||
	    !cap_valid(params->account))
		return ERR_BAD_ARG;
	memcpy(label, params->label.at, params->label.size);
	label[params->label.size] = '\0';
	session = calloc(1, sizeof(*session));
	if (!session)
		return ERR_NOT_NOW;
	session->exported = exported;
	session->args = malloc(params->args.size + 1);

	enum status status = find_server(exported, label, session) ? OK : ERR_DENIED;

	if (status == OK && !session->server) {
		status = serve_state(session, request, params, results);
		if (status == OK)
			return OK;
	}

	if (status == OK && !session->args)
		status = ERR_NOT_NOW;
	if (status == OK)
		status =
			entrypoint_keep(&exported->init->entrypoint, request, &session->reply_slot);
	if (status != OK) {
		free(session->args);
		free(session);
		return status;
	}
	memcpy(session->args, params->args.at, params->args.size);
	session->args_size = params->args.size;
	session->ram = params->ram;
	session->caps = params->caps;
	session->account = request_take(request, params->account);
	if (cap_valid(params->argument))
		session->argument = request_take(request, params->argument);
	insert(session, params->id);
	try_create(session);
	return OK;
}

/* ---- upgrade and close ---- */

static struct exported_session *find(struct exported *exported, uint64_t id)
{
	for (struct exported_session *at = exported->sessions; at; at = at->next) {
		if (at->id == id)
			return at;
	}
	return NULL;
}

/* The account has grown already, it is the very one the child has. */
static enum status upgrade(void *self, struct request *request,
                           const struct root_upgrade_params *params)
{
	(void)request;
	return find(self, params->id) ? OK : ERR_BAD_ARG;
}

static enum status fill_close(struct ring_request *request, struct message *message, void *segment)
{
	const struct root_close_params params = {.id = of_request(request)->id};

	(void)segment;
	message->word_count = ROOT_CLOSE_PARAMS_WORDS;
	root_close_params_pack(&params, message->words, message->caps);
	return OK;
}

static void closed(struct ring_request *request, enum status status, const struct message *message)
{
	struct exported_session *session = of_request(request);

	(void)status, (void)message; /* the child has had its chance to let go */
	answer(session, OK, NULL);
	remove(session);
}

static enum status close(void *self, struct request *request,
                         const struct root_close_params *params)
{
	struct exported *exported = self;
	struct exported_session *session = find(exported, params->id);

	if (!session || session->state != EXPORTED_OPEN)
		return ERR_BAD_ARG;
	if (session->state_rom) {
		rom_config_destroy(session->state_rom);
		report_reader_closed(exported->init);
	}
	if (!session->server || !child_alive(session->server)) {
		remove(session);
		return OK;
	}

	const enum status status =
		entrypoint_keep(&exported->init->entrypoint, request, &session->reply_slot);

	if (status != OK)
		return status;
	session->state = EXPORTED_CLOSING;
	session->call.request = (struct ring_request){
		.target = child_root(session->server, exported->service),
		.interface = ROOT_INTERFACE,
		.method = ROOT_CLOSE,
		.fill = fill_close,
	};
	session->call.done = closed;
	call_queue_start(&session->server->calls, &session->call);
	return OK;
}

static const struct root_server methods = {.create = create, .upgrade = upgrade, .close = close};

static enum status dispatch(struct served *served, struct request *request)
{
	struct exported *exported =
		(struct exported *)((char *)served - offsetof(struct exported, root));

	return root_dispatch(&methods, exported, request);
}

/* ---- what the plan says ---- */

static bool known(const struct init *init, const char *service)
{
	for (const struct exported *at = init->exported; at; at = at->next) {
		if (strcmp(at->service, service) == 0)
			return true;
	}
	return false;
}

static enum status announce(struct init *init, const char *service)
{
	static const uint32_t interfaces[] = {ROOT_INTERFACE, 0};
	struct exported *exported = calloc(1, sizeof(*exported));

	if (!exported)
		return ERR_OUT_OF_RAM;
	exported->init = init;
	text_format(exported->service, sizeof(exported->service), "%s", service);
	exported->next = init->exported;
	init->exported = exported;

	const enum status status = entrypoint_serve(&init->entrypoint, &exported->root, dispatch,
	                                            interfaces, CAP_NULL);

	if (status != OK)
		return status;

	const struct parent_announce_params params = {.service = capnp_text_of(service),
	                                              .root = exported->root.cap};

	return parent_announce(&init->env->ipc, init->env->parent, &params);
}

enum status exported_announce(struct init *init)
{
	const struct plan_rules *exports = &init->plan->exports;

	for (uint32_t i = 0; i < exports->count; i++) {
		const char *service = exports->items[i].service;

		if (!service || known(init, service))
			continue;

		const enum status status = announce(init, service);

		if (status == ERR_DENIED)
			log_line(init->env,
			         "the parent does not want the exported service %s: its policy's "
			         "`provides` for this init does not list it",
			         service);
		else if (status != OK)
			return status;
	}
	return OK;
}

void exported_removed(struct child *server)
{
	for (struct exported *exported = server->init->exported; exported;
	     exported = exported->next) {
		for (struct exported_session *at = exported->sessions; at; at = at->next) {
			if (at->server == server && at->state == EXPORTED_OPEN)
				at->server = NULL;
		}
	}
}

void exported_new_state(struct init *init, const struct plan_config *content)
{
	for (struct exported *exported = init->exported; exported; exported = exported->next) {
		/* One whose account can't pay for it keeps what it has, until a later one fits. */
		for (struct exported_session *at = exported->sessions; at; at = at->next) {
			if (at->state_rom)
				(void)rom_config_update(at->state_rom, content);
		}
	}
}

void exported_retry(struct init *init)
{
	for (struct exported *exported = init->exported; exported; exported = exported->next) {
		struct exported_session *next;

		for (struct exported_session *at = exported->sessions; at; at = next) {
			next = at->next;
			if (at->state == EXPORTED_WAITING)
				try_create(at);
		}
	}
}
