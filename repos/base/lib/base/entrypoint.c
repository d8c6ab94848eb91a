/* SPDX-License-Identifier: MIT */
#include <base/entrypoint.h>
#include <kernel/client.h>
#include <parent/client.h>

enum { REPLY_SLOTS_MAX = 1023 };

/* ---- objects ---- */

/* A badge is a place and its generation; place 0 is none. */
static uint64_t badge_of(uint32_t place, uint32_t generation)
{
	return (uint64_t)generation << 32 | place;
}

static struct served *find_badge(const struct entrypoint *entrypoint, uint64_t badge)
{
	const uint32_t place = (uint32_t)badge;

	if (place == 0 || place >= entrypoint->place_count)
		return NULL;
	if (entrypoint->places[place].generation != (uint32_t)(badge >> 32))
		return NULL;
	return entrypoint->places[place].served;
}

/* `places` takes the place of the table there is. */
static void move_places(struct entrypoint *entrypoint, struct entrypoint_place *places,
                        uint32_t count)
{
	const uint32_t kept = count < entrypoint->place_count ? count : entrypoint->place_count;

	for (uint32_t place = 0; place < kept; place++)
		places[place] = entrypoint->places[place];
	if (entrypoint->places != entrypoint->first)
		heap_free(&entrypoint->env->heap, entrypoint->places);
	entrypoint->places = places;
	entrypoint->place_count = count;
}

static enum status take_place(struct entrypoint *entrypoint, uint32_t *out_place)
{
	const uint32_t count = entrypoint->place_count;

	for (uint32_t place = entrypoint->place_hint; place < count; place++) {
		if (!entrypoint->places[place].served) {
			*out_place = entrypoint->place_hint = place;
			return OK;
		}
	}
	entrypoint->place_hint = count;

	const uint32_t larger = 2 * count;
	struct entrypoint_place *places =
		heap_alloc(&entrypoint->env->heap, larger * sizeof(*places));

	if (!places)
		return ERR_NOT_NOW;
	move_places(entrypoint, places, larger);
	*out_place = count;
	return OK;
}

enum status entrypoint_serve(struct entrypoint *entrypoint, struct served *served,
                             served_dispatch *dispatch, const uint32_t *interfaces, cap_t payer)
{
	struct env *env = entrypoint->env;
	struct endpoint_mint_params params = {.account = cap_valid(payer) ? payer : env->account};
	struct endpoint_mint_results results;
	uint32_t *const list[] = {&params.interface0, &params.interface1, &params.interface2,
	                          &params.interface3, &params.interface4};
	uint32_t place;
	enum status status = take_place(entrypoint, &place);

	if (status != OK)
		return status;
	for (unsigned i = 0; i < 5 && interfaces[i]; i++)
		*list[i] = interfaces[i];

	struct entrypoint_place *entry = &entrypoint->places[place];

	params.badge = badge_of(place, entry->generation + 1);
	status = endpoint_mint(&env->ipc, entrypoint->endpoint, &params, &results);
	if (status != OK)
		return status;
	entry->generation++;
	entry->served = served;
	*served = (struct served){.dispatch = dispatch, .place = place, .cap = results.client};
	return OK;
}

void entrypoint_unserve(struct entrypoint *entrypoint, struct served *served)
{
	if (served->place == 0)
		return;
	entrypoint->places[served->place].served = NULL;
	if (served->place < entrypoint->place_hint)
		entrypoint->place_hint = served->place;
	ipc_drop(&entrypoint->env->ipc, served->cap);
	served->place = 0;
	served->cap = CAP_NULL;
}

void entrypoint_trim(struct entrypoint *entrypoint)
{
	struct entrypoint_place *places = entrypoint->first;
	uint32_t needed = ENTRYPOINT_OBJECTS_MIN;

	for (uint32_t place = 1; place < entrypoint->place_count; place++) {
		while (entrypoint->places[place].served && place >= needed)
			needed *= 2;
	}
	if (needed >= entrypoint->place_count)
		return;
	if (needed > ENTRYPOINT_OBJECTS_MIN)
		places = heap_alloc(&entrypoint->env->heap, needed * sizeof(*places));
	if (!places)
		return;
	move_places(entrypoint, places, needed);
	if (entrypoint->place_hint > needed)
		entrypoint->place_hint = needed;
}

struct served *entrypoint_find(struct entrypoint *entrypoint, cap_t cap)
{
	const struct endpoint_identify_params params = {.client = cap};
	struct endpoint_identify_results results;

	if (!cap_valid(cap) ||
	    endpoint_identify(&entrypoint->env->ipc, entrypoint->endpoint, &params, &results) != OK)
		return NULL;
	return find_badge(entrypoint, results.badge);
}

/* ---- signals and timeouts ---- */

enum status entrypoint_add_signal(struct entrypoint *entrypoint, struct signal_handler *handler)
{
	struct env *env = entrypoint->env;

	for (uint8_t bit = 0; bit < ENTRYPOINT_SIGNALS_MAX; bit++) {
		if (entrypoint->signals[bit])
			continue;

		const struct notification_facet_params params = {.account = env->account,
		                                                 .bits = 1ul << bit};
		struct notification_facet_results results;
		const enum status status =
			notification_facet(&env->ipc, entrypoint->notification, &params, &results);

		if (status != OK)
			return status;
		handler->bit = bit;
		handler->signal = results.signal;
		entrypoint->signals[bit] = handler;
		return OK;
	}
	return ERR_OUT_OF_CAPS;
}

void entrypoint_remove_signal(struct entrypoint *entrypoint, struct signal_handler *handler)
{
	if (!cap_valid(handler->signal))
		return;
	entrypoint->signals[handler->bit] = NULL;
	ipc_drop(&entrypoint->env->ipc, handler->signal);
	handler->signal = CAP_NULL;
}

static void run_signals(struct entrypoint *entrypoint, uint64_t bits)
{
	for (uint64_t left = bits & ENTRYPOINT_SIGNALS; left; left &= left - 1) {
		struct signal_handler *handler = entrypoint->signals[__builtin_ctzl(left)];

		if (handler)
			handler->run(handler);
	}
}

void entrypoint_arm(struct entrypoint *entrypoint, struct timeout *timeout, uint64_t deadline)
{
	struct timeout **place = &entrypoint->timeouts;

	entrypoint_disarm(entrypoint, timeout);
	while (*place && (*place)->deadline <= deadline)
		place = &(*place)->next;
	timeout->deadline = deadline;
	timeout->next = *place;
	*place = timeout;
	entrypoint->deadline = entrypoint->timeouts->deadline;
}

void entrypoint_disarm(struct entrypoint *entrypoint, struct timeout *timeout)
{
	for (struct timeout **place = &entrypoint->timeouts; *place; place = &(*place)->next) {
		if (*place == timeout) {
			*place = timeout->next;
			break;
		}
	}
	timeout->deadline = 0;
	entrypoint->deadline = entrypoint->timeouts ? entrypoint->timeouts->deadline : 0;
}

uint64_t entrypoint_now(struct entrypoint *entrypoint)
{
	struct self_time_results results = {0};

	/* Self's methods need nothing that could be missing. */
	(void)self_time(&entrypoint->env->ipc, CAP_NULL, &results);
	return results.now;
}

static void run_timeouts(struct entrypoint *entrypoint)
{
	const uint64_t now = entrypoint_now(entrypoint);

	while (entrypoint->timeouts && entrypoint->timeouts->deadline <= now) {
		struct timeout *timeout = entrypoint->timeouts;

		entrypoint_disarm(entrypoint, timeout);
		timeout->run(timeout);
	}
}

/* ---- requests ---- */

/* Slot 0 is none; 0 as an answer: all are in use. */
static unsigned free_slot(const struct entrypoint *entrypoint)
{
	for (unsigned word = 0; word <= entrypoint->reply_slots / 64u; word++) {
		const uint64_t taken = entrypoint->kept[word] | (word == 0);
		const unsigned slot = word * 64 + (unsigned)__builtin_ctzl(~taken);

		if (taken != UINT64_MAX)
			return slot <= entrypoint->reply_slots ? slot : 0;
	}
	return 0;
}

/* The kernel keeps it when the thread next waits. */
enum status entrypoint_keep(struct entrypoint *entrypoint, struct request *request,
                            unsigned *out_slot)
{
	const unsigned slot = free_slot(entrypoint);

	if (slot == 0)
		return ERR_NOT_NOW;
	entrypoint->kept[slot / 64] |= 1ul << (slot % 64);
	entrypoint->kept_count++;
	entrypoint->keeping = slot;
	request->kept = true;
	*out_slot = slot;
	return OK;
}

static bool kept(const struct entrypoint *entrypoint, unsigned slot)
{
	return entrypoint->kept[slot / 64] >> (slot % 64) & 1;
}

static const struct message nothing;

static void answer_now(struct entrypoint *entrypoint, unsigned slot, enum status status,
                       const struct message *answer)
{
	struct ipc *ipc = &entrypoint->env->ipc;
	const struct endpoint_keep_params keep = {.slot = (uint16_t)slot};

	/* If that fails its caller has gone, and so does the answer. */
	if (entrypoint->keeping == slot)
		(void)endpoint_keep(ipc, entrypoint->endpoint, &keep);
	if (entrypoint->keeping == slot)
		entrypoint->keeping = 0;

	const enum status sent = ipc_answer_kept(ipc, entrypoint->endpoint, slot, answer, status);

	/* An answer that can't be sent (a capability of it is dead) still ends the call. */
	if (sent != OK && sent != ERR_GONE)
		(void)ipc_answer_kept(ipc, entrypoint->endpoint, slot, &nothing, ERR_GONE);
}

void entrypoint_answer(struct entrypoint *entrypoint, unsigned slot, enum status status,
                       const struct message *answer)
{
	struct ipc_service *idle = entrypoint->idle;

	if (!answer)
		answer = &nothing;
	if (idle && idle->slot == 0 && !answer->paged && !answer->cap_moves) {
		idle->slot = slot;
		idle->request.message = *answer;
		entrypoint->end = ipc_reply(status);
	} else {
		answer_now(entrypoint, slot, status, answer);
	}
	entrypoint->kept[slot / 64] &= ~(1ul << (slot % 64));
	entrypoint->kept_count--;
}

static enum status dispatch(struct entrypoint *entrypoint, struct request *request)
{
	struct served *served = find_badge(entrypoint, request->badge);

	return served ? served->dispatch(served, request) : ERR_GONE;
}

/* Serves one request whose capabilities are to be dropped afterwards, but for those taken. */
static __attribute__((noinline)) enum status dispatch_with_caps(struct entrypoint *entrypoint,
                                                                struct request *request)
{
	const unsigned count = request->message.cap_count;
	cap_t caps[MESSAGE_CAPS_MAX];

	for (unsigned i = 0; i < count; i++)
		caps[i] = request->message.caps[i];
	(void)env_reserve_slots(entrypoint->env); /* those that come next find room, or are refused */

	const enum status status = dispatch(entrypoint, request);

	for (unsigned i = 0; i < count; i++) {
		if (!(request->caps_taken & 1u << i))
			ipc_drop(&entrypoint->env->ipc, caps[i]);
	}
	return status;
}

struct service {
	struct ipc_service service;
	struct entrypoint *entrypoint;
};

static uint64_t serve(struct ipc_service *base)
{
	struct entrypoint *entrypoint = ((struct service *)base)->entrypoint;
	struct request *request = &base->request;
	const enum status status = request->message.cap_count
	                                   ? dispatch_with_caps(entrypoint, request)
	                                   : dispatch(entrypoint, request);

	if (status != OK)
		request->message.form = 0;
	if (entrypoint->done)
		return IPC_STOP;
	if (!request->kept)
		return ipc_reply(status);
	base->slot = entrypoint->keeping;
	entrypoint->keeping = 0;
	return IPC_NO_REPLY;
}

static void answer_beat(struct signal_handler *handler)
{
	const struct entrypoint *entrypoint =
		(struct entrypoint *)((char *)handler - offsetof(struct entrypoint, beat));

	/* It is the parent who does something about a beat without an answer. */
	(void)parent_alive(&entrypoint->env->ipc, entrypoint->env->parent);
}

static enum status watch_beats(struct entrypoint *entrypoint)
{
	struct env *env = entrypoint->env;
	enum status status;

	if (!(env->start & ENV_BEATS))
		return OK;
	env->start &= ~(uint64_t)ENV_BEATS;
	entrypoint->beat.run = answer_beat;
	status = entrypoint_add_signal(entrypoint, &entrypoint->beat);
	if (status != OK)
		return status;

	const struct parent_watch_params params = {.news = NEWS_BEAT,
	                                           .signal = entrypoint->beat.signal};

	return parent_watch(&env->ipc, env->parent, &params);
}

enum status entrypoint_init(struct entrypoint *entrypoint, struct env *env, uint16_t reply_slots)
{
	const struct charge_create_endpoint_params params = {.reply_slots = reply_slots};
	const struct notification_bind_params bind = {.thread = CAP_NULL}; /* this one */
	struct charge_create_endpoint_results endpoint;
	struct charge_create_notification_results notification;

	if (reply_slots > REPLY_SLOTS_MAX)
		return ERR_BAD_ARG;
	*entrypoint = (struct entrypoint){.env = env, .reply_slots = reply_slots};
	entrypoint->place_count = ENTRYPOINT_OBJECTS_MIN;
	entrypoint->place_hint = 1;
	entrypoint->places = entrypoint->first;

	enum status status = charge_create_endpoint(&env->ipc, env->account, &params, &endpoint);

	if (status != OK)
		return status;
	entrypoint->endpoint = endpoint.endpoint;
	status = charge_create_notification(&env->ipc, env->account, &notification);
	if (status != OK)
		return status;
	entrypoint->notification = notification.notification;
	status = notification_bind(&env->ipc, entrypoint->notification, &bind);
	return status == OK ? watch_beats(entrypoint) : status;
}

/* What the kernel did not take. */
static uint64_t end_failed(struct entrypoint *entrypoint, struct ipc_service *service)
{
	struct request *request = &service->request;

	if (service->ended && !kept(entrypoint, service->ended)) {
		answer_now(entrypoint, service->ended, ERR_GONE, &nothing);
		return IPC_NO_REPLY;
	}
	/* The answer could not be sent as it was: the caller gets its status alone. */
	request->message.form = 0;
	return ipc_reply((enum status)(request->word & 0xff));
}

/* What is answered while nobody is served goes with the next wait. */
static uint64_t run_event(struct entrypoint *entrypoint, struct ipc_service *service,
                          enum ipc_event event)
{
	entrypoint->end = IPC_NO_REPLY;
	entrypoint->idle = service;
	if (event == IPC_NOTIFICATION)
		run_signals(entrypoint, service->request.badge);
	else
		run_timeouts(entrypoint);
	entrypoint->idle = NULL;
	return entrypoint->end;
}

void entrypoint_run(struct entrypoint *entrypoint)
{
	struct ipc *ipc = &entrypoint->env->ipc;
	struct service service = {
		.service = {.ipc = ipc,
	                    .endpoint = entrypoint->endpoint,
	                    .deadline = &entrypoint->deadline,
	                    .serve = serve,
	                    .request.reply_segment = ipc_reply_segment(ipc)},
		.entrypoint = entrypoint,
	};
	struct ipc_service *base = &service.service;
	uint64_t end = IPC_NO_REPLY;

	while (!entrypoint->done) {
		const enum ipc_event event = ipc_serve(base, end);

		switch (event) {
		case IPC_REQUEST: end = IPC_NO_REPLY; break; /* stopped */
		case IPC_NOTIFICATION:
		case IPC_TIMEOUT: end = run_event(entrypoint, base, event); break;
		case IPC_FAILED: end = end_failed(entrypoint, base); break;
		}
	}
	if (base->slot)
		answer_now(entrypoint, base->slot, (enum status)(end >> OP_METHOD_SHIFT),
		           &base->request.message);
}

void entrypoint_stop(struct entrypoint *entrypoint)
{
	entrypoint->done = true;
}
