/* SPDX-License-Identifier: MIT */
#include "parent.h"

#include <base/log.h>
#include <kernel/client.h>
#include <parent/server.h>
#include <stdlib.h>
#include <string.h>

#include "init.h"
#include "reconfigure.h"
#include "route/exported.h"

static struct child *of_served(struct served *served)
{
	return (struct child *)((char *)served - offsetof(struct child, parent));
}

/* ---- sessions ---- */

static void answer_session(struct routed_session *session, enum status status)
{
	struct entrypoint *entrypoint = &session->init->entrypoint;
	const struct parent_session_results results = {.session = session->cap, .id = session->id};
	struct message answer = {0};

	if (session->reply_slot == 0)
		return;
	if (status == OK)
		status = parent_session_answer(&results, &answer, NULL);
	entrypoint_answer(entrypoint, session->reply_slot, status, &answer);
	session->reply_slot = 0;
}

/* A text of a request as a string of its own; false: too long, or it could forge a line of a log. */
static bool copy_text(char *to, size_t size, struct capnp_text text)
{
	if (text.size >= size)
		return false;
	for (uint32_t i = 0; i < text.size; i++) {
		if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f)
			return false;
		to[i] = text.at[i];
	}
	to[text.size] = '\0';
	return true;
}

/*
 * Replies are kept in slots that all children share. However one calls, it gets a quarter of what is
 * free at most, so that there are always some for the others.
 */
static bool may_wait(const struct child *child)
{
	enum { WAITING_ALWAYS = 4 };
	const struct entrypoint *entrypoint = &child->init->entrypoint;
	const unsigned free = entrypoint->reply_slots - entrypoint->kept_count;
	unsigned waiting = 0;

	for (const struct routed_session *at = child->sessions; at; at = at->next)
		waiting += at->reply_slot != 0;
	return waiting < WAITING_ALWAYS || waiting < free / 4;
}

static bool environment_service(const char *service)
{
	return strcmp(service, "PD") == 0 || strcmp(service, "CPU") == 0 ||
	       strcmp(service, "LOG") == 0;
}

static enum status session(void *self, struct request *request,
                           const struct parent_session_params *params,
                           struct parent_session_results *results)
{
	struct child *child = self;
	char service[ROUTED_SERVICE_MAX + 1], label[LABEL_BYTES_MAX];
	struct routed_wish wish = {.service = service, .label = label};

	(void)results; /* it is answered later */
	if (!copy_text(service, sizeof(service), params->service) || service[0] == '\0' ||
	    !copy_text(label, sizeof(label), params->label) || params->args.size > ROUTED_ARGS_MAX)
		return ERR_BAD_ARG;
	wish.environment = environment_service(service);
	wish.args = params->args.at;
	wish.args_size = params->args.size;
	wish.ram = params->ram;
	wish.caps = params->caps;
	if (!may_wait(child))
		return ERR_NOT_NOW;

	const enum status status =
		entrypoint_keep(&child->init->entrypoint, request, &wish.reply_slot);

	if (status != OK)
		return status;
	if (cap_valid(params->argument))
		wish.argument = request_take(request, params->argument);
	routed_open(child, &wish, answer_session);
	return OK;
}

static struct routed_session *find(struct child *child, uint32_t id)
{
	for (struct routed_session *at = child->sessions; at; at = at->next) {
		if (at->id == id)
			return at;
	}
	return NULL;
}

/* Those it was born with have no caller that waits. */
static bool closable(const struct routed_session *session)
{
	return session && (session->state == ROUTED_OPEN || session->state == ROUTED_DEAD ||
	                   session->state == ROUTED_LOST);
}

/* An answer without content. */
static void answer_plainly(struct routed_session *session, enum status status)
{
	if (session->reply_slot)
		entrypoint_answer(&session->init->entrypoint, session->reply_slot, status, NULL);
	session->reply_slot = 0;
}

static enum status close(void *self, struct request *request,
                         const struct parent_close_params *params)
{
	struct child *child = self;
	struct routed_session *session = find(child, params->id);
	unsigned slot;

	if (!closable(session) || session->born_with)
		return ERR_BAD_ARG;
	if (!may_wait(child))
		return ERR_NOT_NOW;

	const enum status status = entrypoint_keep(&child->init->entrypoint, request, &slot);

	if (status != OK)
		return status;
	session->reply_slot = slot;
	routed_close(session, answer_plainly);
	return OK;
}

static enum status upgrade(void *self, struct request *request,
                           const struct parent_upgrade_params *params)
{
	struct child *child = self;
	struct routed_session *session = find(child, params->id);

	if (!session || session->born_with)
		return ERR_BAD_ARG;
	if (session->state == ROUTED_UPGRADING || routed_returns(session) || !may_wait(child))
		return ERR_NOT_NOW;
	if (session->state != ROUTED_OPEN)
		return ERR_GONE;

	const enum status status =
		entrypoint_keep(&child->init->entrypoint, request, &session->reply_slot);

	if (status == OK)
		routed_upgrade(session, params->ram, params->caps, answer_plainly);
	return status;
}

/* ---- services ---- */

static const char *provided(const struct child *child, struct capnp_text service)
{
	for (uint32_t i = 0; i < child->plan->provides_count; i++) {
		if (capnp_text_equal(service, child->plan->provides[i]))
			return child->plan->provides[i];
	}
	return NULL;
}

static void tell_unlisted(struct child *child)
{
	const struct plan_place place = child->plan->place;

	if (child_tells_refusal(child))
		log_line(child->init->env,
		         "%s announced a service that its `provides` (%s:%u) does not list",
		         child->plan->name, plan_file(child->init->plan, place), place.line);
}

static enum status announce(void *self, struct request *request,
                            const struct parent_announce_params *params)
{
	struct child *child = self;
	const char *name = provided(child, params->service);

	if (!name) {
		tell_unlisted(child);
		return ERR_DENIED;
	}
	if (!cap_valid(params->root) || cap_valid(child_root(child, name)))
		return ERR_BAD_ARG;

	struct child_service *service = calloc(1, sizeof(*service));

	if (!service)
		return ERR_NOT_NOW;
	*service = (struct child_service){.next = child->services,
	                                  .root = request_take(request, params->root)};
	text_format(service->name, sizeof(service->name), "%s", name);
	child->services = service;
	routed_announced(child);
	exported_retry(child->init);
	report_changed(child->init);
	return OK;
}

/* ---- the rest ---- */

static enum status leave(void *self, struct request *request,
                         const struct parent_exit_params *params)
{
	(void)request;
	child_exited(self, params->code);
	return ERR_GONE; /* nobody is left to read it */
}

/* From what init has not given to anybody, at most as much again as the plan says. */
static enum status more(void *self, struct request *request,
                        const struct parent_request_params *params)
{
	struct child *child = self;

	(void)request;
	if (params->ram > child->plan->ram || child->granted_ram + params->ram > child->plan->ram ||
	    params->caps > child->plan->caps ||
	    child->granted_caps + params->caps > child->plan->caps) {
		child_short(child, params->ram, params->caps);
		return ERR_DENIED;
	}
	if (child_grant(child, params->ram, params->caps) != OK) {
		child_short(child, params->ram, params->caps);
		return ERR_DENIED;
	}
	return OK;
}

/* ---- supervision ---- */

static enum status watch(void *self, struct request *request,
                         const struct parent_watch_params *params)
{
	const enum status status = supervision_watch(self, params->news, params->signal);

	if (status == OK)
		(void)request_take(request, params->signal);
	return status;
}

static uint64_t over(uint64_t assigned, uint64_t planned)
{
	return assigned > planned ? assigned - planned : 0;
}

static enum status wanted(void *self, struct request *request,
                          struct parent_wanted_results *results)
{
	const struct child *child = self;

	(void)request;
	results->ram = over(child->assigned_ram, child->plan->ram);
	results->caps = over(child->assigned_caps, child->plan->caps);
	return OK;
}

/* What is free now is taken, for those who wait for it. */
static enum status yielded(void *self, struct request *request)
{
	struct child *child = self;

	(void)request;
	child_shrink(child);
	reconfigure_budgets(child->init);
	return OK;
}

static enum status alive(void *self, struct request *request)
{
	(void)request;
	supervision_alive(self);
	return OK;
}

static void answer_reconnect(struct routed_session *session, enum status status)
{
	const struct parent_reconnect_results results = {.session = session->cap};
	struct message answer = {0};

	if (session->reply_slot == 0)
		return;
	if (status == OK)
		status = parent_reconnect_answer(&results, &answer, NULL);
	entrypoint_answer(&session->init->entrypoint, session->reply_slot, status, &answer);
	session->reply_slot = 0;
}

static enum status reconnect(void *self, struct request *request,
                             const struct parent_reconnect_params *params,
                             struct parent_reconnect_results *results)
{
	struct child *child = self;
	struct routed_session *session = find(child, params->id);

	if (!session || session->born_with)
		return ERR_BAD_ARG;
	if (session->state == ROUTED_OPEN) {
		results->session = session->cap;
		return OK;
	}
	if (!routed_returns(session))
		return ERR_GONE;
	if (session->reply_slot || !may_wait(child))
		return ERR_NOT_NOW;

	const enum status status =
		entrypoint_keep(&child->init->entrypoint, request, &session->reply_slot);

	if (status == OK)
		session->done = answer_reconnect;
	return status;
}

/* They are there since its birth. */
static enum status resources(void *self, struct request *request,
                             struct parent_resources_results *results)
{
	const struct child *child = self;

	(void)request;
	results->space = child->space;
	results->account = child->charge;
	return OK;
}

static enum status binary(void *self, struct request *request,
                          struct parent_binary_results *results)
{
	(void)request;
	results->memory = ((const struct child *)self)->binary;
	return OK;
}

static const struct parent_server methods = {
	.session = session,
	.close = close,
	.upgrade = upgrade,
	.announce = announce,
	.exit = leave,
	.request = more,
	.watch = watch,
	.alive = alive,
	.wanted = wanted,
	.yielded = yielded,
	.reconnect = reconnect,
	.resources = resources,
	.binary = binary,
};

static enum status dispatch(struct served *served, struct request *request)
{
	return parent_dispatch(&methods, of_served(served), request);
}

enum status parent_serve(struct child *child)
{
	static const uint32_t interfaces[] = {PARENT_INTERFACE, 0};

	return entrypoint_serve(&child->init->entrypoint, &child->parent, dispatch, interfaces,
	                        child->charge);
}
