/* SPDX-License-Identifier: MIT */
/*
 * Every short history of a small world of calls: two clients, a server that calls another one, two endpoints.
 * They call, receive, answer, keep and detach themselves, or call and serve by a ring; meanwhile each can be
 * stopped, started or killed, what they call through revoked, the endpoints destroyed, deadlines
 * pass and a notification come. After each step the invariants of call_invariants.h hold, and
 * everything can be torn down.
 *
 * States that look alike (threads, calls, loans, queues) are gone on from once.
 */
#include <kernel/words.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/core_start.h"
#include "call_invariants.h"
#include "machine_fake.h"
#include "object/notification.h"
#include "object/ring_work.h"
#include "ring_owner.h"
#include "sched/sched.h"
#include "sched/timeout.h"
#include "suites.h"
#include "world.h"

enum actor { CLIENT, OTHER, FRONT, BACK, ACTORS };

enum { ENDPOINTS = 2, DEPTH = 4, DEPTH_MAX = 16, STEPS_MAX = 64, SEEN_BITS = 20 };
#define RING_ADDRESS 0x50000000ul

enum { INTERFACE = 0x1234, PRIORITY = 10, PAGES = 256, GRANTS = 64, SOON = 1000 };

enum kind {
	CALL,      /* at `endpoint` */
	CALL_SOON, /* with a deadline */
	RECEIVE,
	ANSWER_RECEIVE,
	ANSWER,
	KEEP,
	ANSWER_KEPT,
	DETACH,
	/* by the rings, if there are any */
	RING_CALLS,
	RING_CANCELS,
	RING_RECEIVES,
	RING_RETURNS,
	/* by others */
	STOP,
	START,
	KILL,
	REVOKE,
	DESTROY,
	DROP,
	TIME,
	SIGNAL,
	KINDS,
};

struct step {
	uint8_t kind, actor, endpoint;
};

static struct account *accounts[ACTORS];
static struct thread *threads[ACTORS];
static struct endpoint *endpoints[ENDPOINTS];
static uint32_t facets[ENDPOINTS]; /* 0: revoked */
static cap_t client_caps[ACTORS][ENDPOINTS], server_caps[ACTORS][ENDPOINTS];
static struct notification *bell;
static struct step path[DEPTH_MAX];
static unsigned path_length;
static bool passive, with_rings;
static struct ring_owner caller_ring, server_ring; /* of OTHER, of BACK; no ring: none, or gone */
static uint64_t received; /* names the call that the server's ring has to answer; 0: none */

/* ---- the world ---- */

static void make_endpoints(void)
{
	for (unsigned e = 0; e < ENDPOINTS; e++) {
		struct endpoint *endpoint = world_object(&root_account, OBJECT_ENDPOINT);

		if (endpoint_init(endpoint, 1, passive) != OK)
			ck_abort_msg("no endpoint");
		endpoints[e] = endpoint;
		facets[e] = world_derive(&root_account, endpoint->object.grant, INTERFACE, e);
	}
}

static void make_actor(enum actor actor)
{
	struct account *account = world_account(&root_account, 50 * PAGE_SIZE, 8);
	struct domain *domain = world_domain(account);

	accounts[actor] = account;
	threads[actor] = world_thread(account, domain, world_context(account, PRIORITY));
	for (unsigned e = 0; e < ENDPOINTS; e++) {
		client_caps[actor][e] = world_cap(domain, facets[e], 0);
		server_caps[actor][e] = world_cap(domain, endpoints[e]->object.grant, 0);
	}
	thread_start(threads[actor]);
}

static void make_rings(void)
{
	ring_owner_init(&caller_ring, accounts[OTHER], threads[OTHER]->domain, RING_ADDRESS);
	ring_owner_init(&server_ring, accounts[BACK], threads[BACK]->domain, RING_ADDRESS);
}

static void make_world(void)
{
	world_init_sized(PAGES, GRANTS);
	make_endpoints();
	for (enum actor actor = CLIENT; actor < ACTORS; actor++)
		make_actor(actor);
	caller_ring.ring = server_ring.ring = NULL;
	received = 0;
	if (with_rings)
		make_rings();
	bell = world_notification(&root_account);
	if (!passive && notification_bind(bell, threads[FRONT]) != OK)
		ck_abort_msg("not bound");
	(void)world_schedule();
}

/* Lets the others go first until the thread runs; false: it can't. */
static bool bring(struct thread *thread)
{
	if (!thread || thread->state != THREAD_READY || !thread->context)
		return false;
	for (unsigned i = 0; i < 4 * ACTORS && sched_current() != thread; i++) {
		if (sched_current())
			sched_yield();
		(void)world_schedule();
	}
	return sched_current() == thread;
}

/* ---- steps ---- */

static void submit(const struct ring_owner *owner, struct ring_submission entry)
{
	entry.send_buffer = entry.receive_buffer = RING_BUFFER_NONE;
	ring_owner_put(owner, entry);
	if (ring_owner_enter(owner) != 1)
		ck_abort_msg("an entry is not taken");
}

static void by_ring(const struct step *step)
{
	const struct ring_owner *owner = step->kind == RING_CALLS || step->kind == RING_CANCELS
	                                         ? &caller_ring
	                                         : &server_ring;
	struct ring_submission entry = {.user_data = step->kind};

	if (step->kind == RING_CALLS) {
		entry.op = RING_CALL;
		entry.target = client_caps[OTHER][step->endpoint].id;
		entry.word = (uint64_t)INTERFACE << OP_INTERFACE_SHIFT;
	} else if (step->kind == RING_CANCELS) {
		entry.op = RING_CANCEL;
		entry.target = RING_CALLS;
	} else if (step->kind == RING_RECEIVES) {
		entry.op = RING_RECV;
		entry.target = server_caps[BACK][step->endpoint].id;
	} else {
		entry.op = RING_RETURN;
		entry.call = received;
		received = 0;
	}
	submit(owner, entry);
}

/* Takes what has completed; notes what the server's ring has received. */
static void drain(const struct ring_owner *owner)
{
	const struct ring_header *header;

	if (!owner->ring)
		return;
	header = ring_owner_header(owner);
	while (header->completion_head != header->completion_tail) {
		const struct ring_completion done = ring_owner_take(owner);

		if (done.user_data == RING_RECEIVES && (done.word & 0xff) == OK)
			received = done.call;
	}
}

static void system_call(const struct step *step)
{
	struct thread *thread = threads[step->actor];
	const cap_t client = client_caps[step->actor][step->endpoint];
	const cap_t server = server_caps[step->actor][step->endpoint];

	switch ((enum kind)step->kind) {
	case CALL: world_prepare_call(thread, client, INTERFACE, 0, 0); break;
	case CALL_SOON:
		world_prepare_call(thread, client, INTERFACE, 0, 0);
		thread->registers.rdx = MACHINE_START_NS + SOON;
		break;
	case RECEIVE: world_prepare_receive(thread, server); break;
	case ANSWER_RECEIVE: world_prepare_reply(thread, server, OK, 0); break;
	case ANSWER:
		world_prepare_reply(thread, server, OK, 0);
		thread->registers.rax |= OP_NO_WAIT;
		break;
	case KEEP:
		world_prepare_call(thread, server, ENDPOINT_INTERFACE, ENDPOINT_KEEP, 1);
		thread->registers.words[0] = 1;
		break;
	case ANSWER_KEPT:
		world_prepare_reply(thread, server, OK, 0);
		thread->registers.rax |= OP_NO_WAIT;
		thread->registers.rsi |= 1ull << WINDOW_REPLY_SLOT_SHIFT;
		break;
	case DETACH: world_prepare_call(thread, CAP_NULL, SELF_INTERFACE, SELF_DETACH, 0); break;
	case RING_CALLS:
	case RING_CANCELS:
	case RING_RECEIVES:
	case RING_RETURNS:
	case STOP:
	case START:
	case KILL:
	case REVOKE:
	case DESTROY:
	case DROP:
	case TIME:
	case SIGNAL:
	case KINDS: return;
	}
	(void)world_syscall(thread);
}

static void revoke(unsigned endpoint)
{
	if (facets[endpoint])
		world_revoke(facets[endpoint]);
	facets[endpoint] = 0;
}

static void take(const struct step *step)
{
	switch ((enum kind)step->kind) {
	case STOP: thread_stop(threads[step->actor]); break;
	case START: thread_start(threads[step->actor]); break;
	case KILL:
		world_destroy(&accounts[step->actor]->object);
		threads[step->actor] = NULL;
		if (step->actor == OTHER)
			caller_ring.ring = NULL;
		if (step->actor == BACK)
			server_ring.ring = NULL;
		break;
	case REVOKE: revoke(step->endpoint); break;
	case DESTROY:
		world_destroy(&endpoints[step->endpoint]->object);
		endpoints[step->endpoint] = NULL;
		facets[step->endpoint] = 0;
		break;
	case DROP: (void)endpoint_drop(endpoints[step->endpoint], 1); break;
	case TIME: (void)world_pass_time(SOON); break;
	case SIGNAL: notification_signal(bell, 1); break;
	case RING_CALLS:
	case RING_CANCELS:
	case RING_RECEIVES:
	case RING_RETURNS: by_ring(step); break;
	case CALL:
	case CALL_SOON:
	case RECEIVE:
	case ANSWER_RECEIVE:
	case ANSWER:
	case KEEP:
	case ANSWER_KEPT:
	case DETACH:
		if (bring(threads[step->actor]))
			system_call(step);
		break;
	case KINDS: break;
	}
	world_finish();
	(void)world_schedule();
	drain(&caller_ring);
	drain(&server_ring);
}

static unsigned add_ring_steps(struct step *out)
{
	unsigned count = 0;

	for (uint8_t e = 0; e < ENDPOINTS && caller_ring.ring; e++)
		out[count++] = (struct step){.kind = RING_CALLS, .endpoint = e};
	if (caller_ring.ring && caller_ring.ring->pending)
		out[count++] = (struct step){.kind = RING_CANCELS};
	if (server_ring.ring && server_ring.ring->pending == 0 && !received)
		out[count++] = (struct step){.kind = RING_RECEIVES, .endpoint = 1};
	if (server_ring.ring && received)
		out[count++] = (struct step){.kind = RING_RETURNS};
	return count;
}

static unsigned add_own_steps(enum actor actor, struct step *out)
{
	const struct thread *thread = threads[actor];
	const bool client = actor == CLIENT || actor == OTHER;
	const uint8_t own = actor == BACK;
	unsigned count = 0;

	if (!thread || thread->state != THREAD_READY || !thread->context)
		return 0;
#define ADD(k, e) (out[count++] = (struct step){.kind = (k), .actor = actor, .endpoint = (e)})
	if (client) {
		ADD(CALL, 0);
		ADD(actor == CLIENT ? CALL_SOON : CALL, actor == CLIENT ? 0 : 1);
		return count;
	}
	ADD(CALL, !own);
	ADD(RECEIVE, own);
	ADD(ANSWER, own);
	if (thread->serving) {
		ADD(ANSWER_RECEIVE, own);
		ADD(KEEP, own);
	}
	ADD(ANSWER_KEPT, own);
	if (passive && thread->home && !thread->detaching)
		ADD(DETACH, own);
	return count;
}

static unsigned add_others(struct step *out)
{
	unsigned count = 0;

	for (uint8_t actor = CLIENT; actor < ACTORS; actor++) {
		const struct thread *thread = threads[actor];

		if (!thread)
			continue;
		if (thread->state != THREAD_STOPPED)
			ADD(STOP, 0);
		else
			ADD(START, 0);
		ADD(KILL, 0);
	}
#undef ADD
	for (uint8_t e = 0; e < ENDPOINTS; e++) {
		if (facets[e])
			out[count++] = (struct step){.kind = REVOKE, .endpoint = e};
		if (endpoints[e])
			out[count++] = (struct step){.kind = DESTROY, .endpoint = e};
		if (endpoints[e] && endpoint_slot(endpoints[e], 1))
			out[count++] = (struct step){.kind = DROP, .endpoint = e};
	}
	if (timeout_any())
		out[count++] = (struct step){.kind = TIME};
	if (!passive)
		out[count++] = (struct step){.kind = SIGNAL};
	return count;
}

/* ---- what states look like ---- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

static unsigned number_of(const struct thread *thread)
{
	for (unsigned i = 0; i < ACTORS; i++) {
		if (thread && threads[i] == thread)
			return i + 1;
	}
	return 0;
}

static unsigned number_of_call(const struct call *call)
{
	if (call && call->ring)
		return ACTORS + 1;
	return call ? number_of(call->thread) : 0;
}

static unsigned number_of_endpoint(const struct endpoint *endpoint)
{
	for (unsigned i = 0; i < ENDPOINTS; i++) {
		if (endpoint && endpoints[i] == endpoint)
			return i + 1;
	}
	return 0;
}

static unsigned number_of_context(const struct sched_context *context)
{
	for (unsigned i = 0; i < ACTORS; i++) {
		if (threads[i] && context && context->object.account == accounts[i])
			return i + 1;
	}
	return 0;
}

static uint64_t hash_thread(uint64_t hash, const struct thread *thread)
{
	if (!thread)
		return mix(hash, 77);
	hash = mix(hash, thread->state | (uint64_t)thread->waits_at_endpoint << 4 |
	                         (uint64_t)thread->notified_last << 5 |
	                         (uint64_t)thread->detaching << 6 |
	                         (uint64_t)thread->deadline_armed << 7 |
	                         (uint64_t)thread->notified << 8 | (uint64_t)!thread->home << 9);
	hash = mix(hash, number_of_context(thread->context) | number_of_call(thread->lender) << 4 |
	                         number_of_endpoint(thread->serves) << 8 |
	                         number_of_call(thread->serving) << 12);
	return mix(hash, thread->call.state | number_of_endpoint(thread->call.endpoint) << 4 |
	                         number_of(thread->call.server) << 8 |
	                         number_of(thread->call.lent_to) << 12);
}

static uint64_t hash_endpoint(uint64_t hash, const struct endpoint *endpoint)
{
	if (!endpoint)
		return mix(hash, 78);
	for (const struct list_node *at = endpoint->callers.next; at != &endpoint->callers;
	     at = at->next)
		hash = mix(hash, number_of_call(list_entry(at, struct call, queue)));
	for (const struct list_node *at = endpoint->servers.next; at != &endpoint->servers;
	     at = at->next)
		hash = mix(hash, 16 + number_of(list_entry(at, struct thread, of_endpoint)));
	return mix(hash, number_of_call(endpoint->slots[0].call) << 1 | endpoint->slots[0].used);
}

static uint64_t hash_ring(uint64_t hash, const struct ring *ring)
{
	for (unsigned i = 0; ring && i < ring->entries; i++) {
		const struct ring_work *work = &ring->works[i];

		if (work->state != RING_WORK_FREE)
			hash = mix(hash, (uint64_t)work->state | (uint64_t)work->call.state << 4 |
			                         number_of_endpoint(work->call.endpoint) << 8 |
			                         number_of(work->call.server) << 12 |
			                         number_of_call(work->taken.call) << 16);
	}
	return mix(hash, ring ? ring->pending : 99);
}

static uint64_t hash_world(void)
{
	uint64_t hash = mix(mix(1, bell->bits), received != 0);

	if (with_rings)
		hash = hash_ring(hash_ring(hash, caller_ring.ring), server_ring.ring);

	for (unsigned i = 0; i < ACTORS; i++)
		hash = hash_thread(hash, threads[i]);
	for (unsigned e = 0; e < ENDPOINTS; e++)
		hash = mix(hash_endpoint(hash, endpoints[e]), facets[e] != 0);
	return hash;
}

/* ---- every history ---- */

static const char *told(void)
{
	static const char *const names[KINDS] = {"call",         "call with a deadline",
	                                         "receive",      "answer and receive",
	                                         "answer",       "keep",
	                                         "answer kept",  "detach",
	                                         "ring call",    "ring cancel",
	                                         "ring receive", "ring return",
	                                         "stop",         "start",
	                                         "kill",         "revoke",
	                                         "destroy",      "drop",
	                                         "time",         "signal"};
	static char text[1024];
	size_t at = 0;

	for (unsigned i = 0; i < path_length && at < sizeof(text) - 80; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "\n  %s actor %u endpoint %u",
		                       names[path[i].kind], path[i].actor, path[i].endpoint);
	return text;
}

static struct {
	uint64_t hash;
	unsigned left;
} * seen;
static unsigned long histories;

/* False: somebody has been there, and has gone as far at least. */
static bool go_on(unsigned left)
{
	const uint64_t hash = hash_world() | 1;
	size_t at = hash >> (64 - SEEN_BITS);

	while (seen[at].hash && seen[at].hash != hash)
		at = (at + 1) & ((1ul << SEEN_BITS) - 1);
	if (seen[at].hash && seen[at].left >= left)
		return false;
	seen[at].hash = hash;
	seen[at].left = left;
	return true;
}

static void explore(unsigned left)
{
	const struct call_world all = {.threads = threads,
	                               .thread_count = ACTORS,
	                               .endpoints = endpoints,
	                               .endpoint_count = ENDPOINTS};
	struct step steps[STEPS_MAX];
	const char *broken;
	unsigned count = 0;
	bool on;

	histories++;
	make_world();
	for (unsigned i = 0; i < path_length; i++)
		take(&path[i]);
	broken = call_invariants_broken(&all);
	if (broken)
		ck_abort_msg("%s, after:%s", broken, told());
	on = left > 0 && go_on(left);
	if (on) {
		for (enum actor actor = CLIENT; actor < ACTORS; actor++)
			count += add_own_steps(actor, &steps[count]);
		count += add_ring_steps(&steps[count]);
		count += add_others(&steps[count]);
		ck_assert_uint_le(count, STEPS_MAX);
	}
	world_fini();
	path_length++;
	for (unsigned i = 0; i < count; i++) {
		path[path_length - 1] = steps[i];
		explore(left - 1);
	}
	path_length--;
}

START_TEST(every_short_history_of_calls_keeps_the_invariants)
{
	const char *depth = getenv("CALL_WORLD_DEPTH");

	passive = _i == 1;
	with_rings = _i == 2;
	seen = calloc(1ul << SEEN_BITS, sizeof(*seen));
	ck_assert_ptr_nonnull(seen);
	/* Both servers wait already. */
	path[0] = (struct step){.kind = RECEIVE, .actor = FRONT, .endpoint = 0};
	path[1] = (struct step){.kind = RECEIVE, .actor = BACK, .endpoint = 1};
	path_length = 2;
	explore(depth ? (unsigned)atoi(depth) : DEPTH);
	path_length = 0; /* and from the very beginning, as one can go on from there */
	explore(depth ? (unsigned)atoi(depth) : DEPTH);
	printf("%lu histories\n", histories);
	free(seen);
}
END_TEST

Suite *call_world_suite(void)
{
	Suite *suite = suite_create("call_world");
	TCase *tests = tcase_create("call_world");

	tcase_set_timeout(tests, 600);
	tcase_add_loop_test(tests, every_short_history_of_calls_keeps_the_invariants, 0, 3);
	suite_add_tcase(suite, tests);
	return suite;
}
