/* SPDX-License-Identifier: MIT */
/*
 * Every short history of a small world: three domains, four capabilities, and
 * all orders of deriving, copying, moving, revoking, dropping, calling, serving
 * and killing, compared with the model (cap_model.h) after each step.
 *
 * A history is run from a fresh machine each time, by system calls. States that
 * differ in names only are gone on from once; the step into them is taken always.
 */
#include <kernel/words.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/core_start.h"
#include "cap_model.h"
#include "consistent.h"
#include "object/message.h"
#include "sched/sched.h"
#include "suites.h"
#include "world.h"

enum {
	DEPTH = 5,
	DEPTH_MAX = 12,
	SEEN_BITS = 21,
	PLACE_SLOT = 8, /* of place 0, in every domain */
	SERVER_SLOT = 20,
	INTERFACE = 0x1234,
	PRIORITY = 10,
	SIDE_RAM = 24 * PAGE_SIZE,
	SIDE_CAPS = 12,
	STALE_MAX = 4 * DEPTH_MAX,
	PAGES = 160,
	GRANTS = 64,
};

struct side {
	struct account *account;
	struct domain *domain;
	struct thread *actor;  /* does what does not wait */
	struct thread *caller; /* makes the side's calls */
	cap_t charge;
	cap_t account_cap; /* the server's */
	uint32_t base_caps;
};

struct stale {
	int domain;
	cap_t cap;
};

static struct side sides[MODEL_DOMAINS];
static struct domain *server_domain;
static struct thread *server;
static cap_t endpoint_cap;
static cap_t ids[MODEL_PLACES];
static uint32_t kernel_grants[MODEL_GRANTS];
static struct stale stale[STALE_MAX];
static unsigned stale_count;
static uint32_t base_grants;

static struct model_step path[DEPTH_MAX];
static unsigned path_length;

/* ---- telling ---- */

static const char *told(void)
{
	static const char *const names[MODEL_KINDS] = {
		"derive", "copy",         "move",        "revoke", "drop",
		"call",   "call copying", "call moving", "serve",  "kill",
	};
	static char text[1024];
	size_t at = 0;

	for (unsigned i = 0; i < path_length && at < sizeof(text) - 80; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
		                       "\n  %s place %d carried %d other %d domain %d",
		                       names[path[i].kind], path[i].place, path[i].carried,
		                       path[i].other, path[i].domain);
	return text;
}

static void expect(const char *what, long got, long wanted)
{
	if (got != wanted)
		ck_abort_msg("%s is %ld, not %ld, after:%s", what, got, wanted, told());
}

#define EXPECT(got, wanted) expect(#got, (long)(got), (long)(wanted))

/* ---- the world ---- */

static void make_side(struct side *side)
{
	side->account = world_account(&root_account, SIDE_RAM, SIDE_CAPS);
	side->domain = world_domain(side->account);

	struct sched_context *context = world_context(side->account, PRIORITY);

	side->actor = world_thread(side->account, side->domain, context);
	side->caller = world_thread(side->account, side->domain, context);
	side->charge = world_cap(side->domain, side->account->object.grant, 0);
	side->account_cap = world_owner(server_domain, &side->account->object);
	side->base_caps = side->account->caps_used;
}

static void make_world(void)
{
	world_init_sized(PAGES, GRANTS);

	struct account *account = world_account(&root_account, 2 * SIDE_RAM, SIDE_CAPS);

	server_domain = world_domain(account);
	server = world_thread(account, server_domain, world_context(account, PRIORITY + 1));

	struct endpoint *endpoint = world_endpoint(account, 0);

	endpoint_cap = world_owner(server_domain, &endpoint->object);
	for (unsigned i = 0; i < MODEL_DOMAINS; i++)
		make_side(&sides[i]);
	base_grants = grants.used;
	kernel_grants[0] = world_derive(sides[0].account, endpoint->object.grant, INTERFACE, 0);
	ids[0] = cap_table_insert(&sides[0].domain->caps, PLACE_SLOT, kernel_grants[0], CAP_OWNER);
	stale_count = 0;
}

static uint64_t window(unsigned sent, bool moving, int room)
{
	return sent | (uint64_t)moving << WINDOW_MOVE_SHIFT | 1ull << WINDOW_RECEIVE_PAGE_SHIFT |
	       (uint64_t)(room >= 0) << WINDOW_OPEN_SHIFT |
	       (uint64_t)(room >= 0 ? room : 0) << WINDOW_FIRST_SHIFT;
}

static int slot_of(int place)
{
	return place == MODEL_NOBODY ? -1 : PLACE_SLOT + place;
}

/* Callers that have just been answered may be ready too: the server goes before them. */
static void wake(struct thread *thread)
{
	thread_start(thread);
	EXPECT(world_schedule() == thread, true);
}

/* A method of self, by a thread that is stopped before and after. */
static enum status by_self(struct thread *thread, unsigned method, cap_t cap)
{
	wake(thread);
	world_prepare_call(thread, CAP_NULL, SELF_INTERFACE, (uint16_t)method, 1);
	thread->registers.words[0] = cap.id;
	(void)world_syscall(thread);

	const enum status status = world_answer(thread);

	thread_stop(thread);
	return status;
}

static void forget(int domain, int place)
{
	stale[stale_count++] = (struct stale){.domain = domain, .cap = ids[place]};
}

/* ---- steps ---- */

static enum status do_derive(const struct model_step *step, int domain, unsigned grant)
{
	struct thread *actor = sides[domain].actor;
	const struct self_derive_params params = {.cap = ids[step->place].id,
	                                          .interface = INTERFACE,
	                                          .account = sides[domain].charge};
	cap_t caps[IPC_CAPS_MAX] = {0};

	wake(actor);
	world_prepare_call(actor, CAP_NULL, SELF_INTERFACE, SELF_DERIVE, 2);
	self_derive_params_pack(&params, actor->registers.words, caps);
	actor->pages[0]->caps[0] = caps[0].id;
	actor->registers.rsi = window(1, false, slot_of(step->other));
	(void)world_syscall(actor);

	const enum status status = world_answer(actor);

	if (status == OK) {
		ids[step->other].id = actor->pages[1]->caps[0];
		kernel_grants[grant] =
			sides[domain].domain->caps.entries[slot_of(step->other)].grant;
	}
	thread_stop(actor);
	return status;
}

/* From one domain to another, as a message would do it. */
static enum status pass(const struct model_step *step, int domain, int to_place, bool moving)
{
	uint64_t words[2][IPC_WORDS_MAX] = {0};
	struct message_page *send = sides[domain].actor->pages[0];
	struct message_page *receive = sides[step->domain].actor->pages[1];
	const struct message_side from = {.domain = sides[domain].domain,
	                                  .words = words[0],
	                                  .send = send,
	                                  .window = window(1, moving, -1)};
	const struct message_side to = {.domain = sides[step->domain].domain,
	                                .words = words[1],
	                                .receive = receive,
	                                .window = window(0, false, slot_of(to_place))};
	struct message_result result;

	send->caps[0] = ids[step->place].id;

	const enum status status = message_transfer(&from, 0, &to, &result);

	if (status == OK && moving)
		forget(domain, step->place);
	if (status == OK)
		ids[to_place].id = receive->caps[0];
	return status;
}

static enum status do_call(const struct model_step *step, int domain)
{
	struct thread *caller = sides[domain].caller;
	const bool carries = step->carried != MODEL_NOBODY;

	wake(caller);
	world_prepare_call(caller, ids[step->place], INTERFACE, 0, 0);
	caller->registers.rsi = window(carries, step->kind == MODEL_CALL_MOVING,
	                               carries ? slot_of(step->other) : -1);
	if (carries)
		caller->pages[0]->caps[0] = ids[step->carried].id;
	if (!world_syscall(caller))
		return OK; /* queued */

	const enum status status = world_answer(caller);

	thread_stop(caller);
	return status;
}

static enum status do_serve(void)
{
	struct thread *next;

	wake(server);
	world_prepare_receive(server, endpoint_cap);
	server->registers.rsi = window(0, false, SERVER_SLOT);
	next = world_syscall(server);
	if (server->state == THREAD_RECEIVING) { /* none of them could be delivered */
		thread_stop(server);
		return OK;
	}
	EXPECT(next == server, true);

	const unsigned caps = (unsigned)server->registers.rsi;
	const cap_t taken = {server->pages[1]->caps[0]};

	world_prepare_reply(server, endpoint_cap, OK, 0);
	server->registers.rax |= OP_NO_WAIT;
	server->registers.rsi = window(caps, true, -1);
	server->pages[0]->caps[0] = taken.id;
	(void)world_syscall(server);

	const enum status status = world_answer(server);

	thread_stop(server);
	if (!cap_table_free(&server_domain->caps, SERVER_SLOT))
		EXPECT(by_self(server, SELF_DROP, taken), OK);
	return status;
}

static enum status do_kill(const struct model_step *step)
{
	wake(server);
	world_prepare_call(server, sides[step->domain].account_cap, ACCOUNT_INTERFACE,
	                   ACCOUNT_DESTROY, 0);
	(void)world_syscall(server);

	const enum status status = world_answer(server);

	thread_stop(server);
	EXPECT(by_self(server, SELF_DROP, sides[step->domain].account_cap), OK);
	return status;
}

static enum status do_step(const struct model *model, const struct model_step *step)
{
	const int domain = model->places[step->place].domain;

	switch ((enum model_kind)step->kind) {
	case MODEL_DERIVE: return do_derive(step, domain, model->grant_count);
	case MODEL_COPY:
		if (step->domain != domain)
			return pass(step, domain, step->other, false);
		wake(sides[domain].actor);
		world_prepare_call(sides[domain].actor, CAP_NULL, SELF_INTERFACE, SELF_COPY, 1);
		sides[domain].actor->registers.words[0] = ids[step->place].id;
		sides[domain].actor->registers.rsi = window(0, false, slot_of(step->other));
		(void)world_syscall(sides[domain].actor);
		ids[step->other].id = sides[domain].actor->pages[1]->caps[0];
		thread_stop(sides[domain].actor);
		return world_answer(sides[domain].actor);
	case MODEL_MOVE: return pass(step, domain, step->place, true);
	case MODEL_REVOKE: return by_self(sides[domain].actor, SELF_REVOKE, ids[step->place]);
	case MODEL_DROP:
		forget(domain, step->place);
		return by_self(sides[domain].actor, SELF_DROP, ids[step->place]);
	case MODEL_CALL:
	case MODEL_CALL_COPYING:
	case MODEL_CALL_MOVING: return do_call(step, domain);
	case MODEL_SERVE: return do_serve();
	case MODEL_KILL: return do_kill(step);
	}
	return ERR_UNSUPPORTED;
}

/* ---- comparing ---- */

/* Takes what calls have been answered, which must be those of the outcome. */
static void collect(const struct model *before, const struct model *after,
                    const struct model_outcome *outcome)
{
	for (int d = 0; d < MODEL_DOMAINS; d++) {
		const struct model_call *call = &before->calls[d];
		struct thread *caller = sides[d].caller;

		if (!after->alive[d])
			continue;
		EXPECT(caller->state == THREAD_READY, outcome->answered[d]);
		EXPECT(caller->state == THREAD_CALLING, after->calls[d].queued);
		if (!outcome->answered[d])
			continue;
		EXPECT(world_answer(caller), outcome->answers[d]);
		if (outcome->answers[d] == OK && call->carried != MODEL_NOBODY) {
			if (call->moving)
				forget(d, call->carried);
			ids[call->room].id = caller->pages[1]->caps[0];
		}
		thread_stop(caller);
	}
}

static void compare_places(const struct model *model)
{
	unsigned held[MODEL_DOMAINS] = {0};

	for (int i = 0; i < MODEL_PLACES; i++) {
		const struct model_place *place = &model->places[i];
		struct cap_entry *entry;

		if (place->domain == MODEL_NOBODY)
			continue;
		held[place->domain]++;

		const struct cap_table *table = &sides[place->domain].domain->caps;
		const bool live = model->grants[place->grant].live;

		EXPECT(cap_table_find(table, ids[i], &entry), live ? OK : ERR_GONE);
		entry = &table->entries[cap_slot(ids[i])];
		EXPECT(entry->flags & CAP_OWNER, place->owner ? CAP_OWNER : 0);
		EXPECT(entry->grant, kernel_grants[place->grant]);
	}
	for (int d = 0; d < MODEL_DOMAINS; d++) {
		if (!model->alive[d])
			continue;
		EXPECT(sides[d].domain->caps.used, held[d] + 1); /* and the account */
		EXPECT(cap_table_consistent(&sides[d].domain->caps), true);
	}
}

static void compare(const struct model *model)
{
	unsigned live = 0;

	compare_places(model);
	for (unsigned i = 0; i < stale_count; i++) {
		struct cap_entry *entry;

		if (model->alive[stale[i].domain])
			EXPECT(cap_table_find(&sides[stale[i].domain].domain->caps, stale[i].cap,
			                      &entry),
			       ERR_BAD_CAP);
	}
	for (int d = 0; d < MODEL_DOMAINS; d++) {
		if (model->alive[d])
			EXPECT(sides[d].account->caps_used,
			       sides[d].base_caps + model_paid(model, d));
		live += model_paid(model, d);
		base_grants -= model->alive[d] ? 0 : sides[d].base_caps + 1;
	}
	EXPECT(grants.used, base_grants + live);
	world_check();
}

/* ---- every history ---- */

/* Runs `path`; the outcome of each step, and in the end the whole world, must be the model's. */
static void run_path(void)
{
	struct model model;

	make_world();
	model_init(&model);
	for (unsigned i = 0; i < path_length; i++) {
		const struct model before = model;
		struct model_outcome outcome;

		model_take(&model, &path[i], &outcome);
		EXPECT(do_step(&before, &path[i]), outcome.status);
		collect(&before, &model, &outcome);
	}
	compare(&model);
}

static struct { /* states that have been gone on from, and how far */
	uint64_t hash;
	unsigned left;
} * seen;
static unsigned long histories;

/* False: somebody has been there, and has gone as far at least. */
static bool go_on_from(const struct model *model, unsigned left)
{
	const uint64_t hash = model_hash(model) | 1;
	size_t at = hash >> (64 - SEEN_BITS);

	while (seen[at].hash && seen[at].hash != hash)
		at = (at + 1) & ((1ul << SEEN_BITS) - 1);
	if (seen[at].hash && seen[at].left >= left)
		return false;
	seen[at].hash = hash;
	seen[at].left = left;
	return true;
}

static void explore(const struct model *model, unsigned left)
{
	struct model_step steps[MODEL_STEPS_MAX];

	if (left == 0 || !go_on_from(model, left))
		return;

	const unsigned count = model_steps(model, steps);

	ck_assert_uint_le(count, MODEL_STEPS_MAX);
	path_length++;
	for (unsigned i = 0; i < count; i++) {
		struct model next = *model;
		struct model_outcome outcome;

		path[path_length - 1] = steps[i];
		histories++;
		run_path();
		model_take(&next, &steps[i], &outcome);
		explore(&next, left - 1);
	}
	path_length--;
}

START_TEST(every_short_history_agrees_with_the_model)
{
	const char *depth = getenv("SMALL_WORLD_DEPTH");
	struct model model;

	seen = calloc(1ul << SEEN_BITS, sizeof(*seen));
	ck_assert_ptr_nonnull(seen);
	model_init(&model);
	explore(&model, depth ? (unsigned)atoi(depth) : DEPTH);
	printf("%lu histories\n", histories);
	free(seen);
}
END_TEST

Suite *small_world_suite(void)
{
	Suite *suite = suite_create("small_world");
	TCase *tests = tcase_create("small_world");

	tcase_set_timeout(tests, 600);
	tcase_add_test(tests, every_short_history_agrees_with_the_model);
	suite_add_tcase(suite, tests);
	return suite;
}
