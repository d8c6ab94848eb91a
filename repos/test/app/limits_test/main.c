/* SPDX-License-Identifier: MIT */
/*
 * Limits test: how deep accounts nest and grants derive, how many rings a domain has at work, which
 * priorities and deadlines there are; and that what is dead stays dead.
 */
#include <abi/ring.h>
#include <base/log.h>
#include <bench/raw.h>
#include <kernel/client.h>
#include <test/actor.h>

enum {
	PAGE = 4096,
	ACCOUNTS_MAX = 64,
	DEPTH_MAX = 16,
	RINGS = 8,
	RING_ENTRIES = 4,
	REUSES = 10,
	AT_ONCE = 24,
	INTERFACE = 0x11,
};

#define RINGS_ADDRESS 0x2300000000ul
#define RING_STEP     0x10000ul

static struct ipc *ipc_of(struct theatre *theatre)
{
	return &theatre->check.env->ipc;
}

static struct charge_usage_results usage(struct theatre *theatre)
{
	struct charge_usage_results results = {0};

	(void)charge_usage(ipc_of(theatre), theatre->check.env->account, &results); /* compared */
	return results;
}

/* ---- depth ---- */

/* An account below another, with all that is left but a little. */
static enum status nest(struct theatre *theatre, cap_t parent, cap_t *out_child)
{
	const struct charge_create_account_params empty = {0};
	struct charge_create_account_results made;
	struct charge_usage_results left;
	enum status status = charge_create_account(ipc_of(theatre), parent, &empty, &made);

	if (status != OK)
		return status;
	*out_child = made.account;
	status = charge_usage(ipc_of(theatre), parent, &left);
	if (status != OK)
		return status;

	const struct charge_fund_params fund = {
		.child = made.account,
		.ram = (left.ram_limit - left.ram_used) / 16 * 15,
		.caps = left.caps_limit - left.caps_used - 1,
	};

	return charge_fund(ipc_of(theatre), parent, &fund);
}

static void check_accounts(struct theatre *theatre)
{
	struct ipc *ipc = ipc_of(theatre);
	const struct charge_usage_results before = usage(theatre);
	cap_t accounts[ACCOUNTS_MAX], at = theatre->check.env->account;
	enum status status = OK;
	unsigned count = 0;

	while (count < ACCOUNTS_MAX && (status = nest(theatre, at, &accounts[count])) == OK)
		at = accounts[count++];
	check_status(&theatre->check, "accounts end to nest", status, ERR_BAD_ARG);
	/* The kernel's own is the first of the 64, then come core's, init's and this component's. */
	check_that(&theatre->check, "near the sixty-fourth", count >= 58 && count <= 62);
	check_status(&theatre->check, "the first of them ends", account_destroy(ipc, accounts[0]),
	             OK);
	for (unsigned i = 0; i < count; i++)
		ipc_drop(ipc, accounts[i]);

	const struct charge_usage_results after = usage(theatre);

	check_equal(&theatre->check, "and all with it: RAM", after.ram_limit, before.ram_limit);
	check_equal(&theatre->check, "capabilities", after.caps_limit, before.caps_limit);
}

static cap_t make_memory(struct theatre *theatre)
{
	const struct charge_create_memory_params params = {.size = PAGE};
	struct charge_create_memory_results results = {0};

	check_status(&theatre->check, "memory",
	             charge_create_memory(ipc_of(theatre), theatre->check.env->account, &params,
	                                  &results),
	             OK);
	return results.memory;
}

static enum status derive(struct theatre *theatre, cap_t from, cap_t *out)
{
	const struct self_derive_params params = {.cap = from.id,
	                                          .interface = READ_ONLY_INTERFACE,
	                                          .account = theatre->check.env->account};
	struct self_derive_results results;
	const enum status status = self_derive(ipc_of(theatre), CAP_NULL, &params, &results);

	if (status == OK)
		*out = results.derived;
	return status;
}

static enum status ask(struct theatre *theatre, cap_t memory)
{
	struct read_only_info_results results;

	return read_only_info(ipc_of(theatre), memory, &results);
}

static void check_grants(struct theatre *theatre)
{
	cap_t grants[DEPTH_MAX];
	enum status status = OK;
	unsigned count = 1;

	grants[0] = make_memory(theatre);
	while (count < DEPTH_MAX &&
	       (status = derive(theatre, grants[count - 1], &grants[count])) == OK)
		count++;
	check_equal(&theatre->check, "derived one from the other", count, DEPTH_MAX);
	check_status(&theatre->check, "one more", derive(theatre, grants[count - 1], &grants[0]),
	             ERR_BAD_ARG);
	check_status(&theatre->check, "the last", ask(theatre, grants[count - 1]), OK);
	ipc_drop(ipc_of(theatre), grants[1]); /* its owner */
	check_status(&theatre->check, "after the second has ended", ask(theatre, grants[count - 1]),
	             ERR_GONE);
	check_status(&theatre->check, "but not the first", ask(theatre, grants[0]), OK);
	for (unsigned i = 0; i < count; i++) {
		if (i != 1)
			ipc_drop(ipc_of(theatre), grants[i]);
	}
}

/* ---- many rings ---- */

struct ring_pages {
	_Alignas(PAGE) struct ring_header header;
	_Alignas(PAGE) struct ring_submission submissions[RING_ENTRIES];
	_Alignas(PAGE) struct ring_completion completions[2 * RING_ENTRIES];
};

static struct ring_pages *ring_at(unsigned index)
{
	return (struct ring_pages *)(RINGS_ADDRESS + index * RING_STEP);
}

static cap_t make_ring(struct theatre *theatre, unsigned index, cap_t signal)
{
	const struct charge_create_ring_params params = {
		.domain = theatre->check.env->space,
		.address = (uintptr_t)ring_at(index),
		.entries = RING_ENTRIES,
		.completed = signal,
	};
	struct charge_create_ring_results results = {0};

	if (charge_create_ring(ipc_of(theatre), theatre->check.env->account, &params, &results) !=
	    OK)
		check_that(&theatre->check, "a ring", false);
	return results.ring;
}

/* All of them at work at once: each signals a bit of its own, the first waits for all of them in turn. */
static void check_rings(struct theatre *theatre)
{
	struct env *env = theatre->check.env;
	struct charge_create_notification_results bell = {0}, completed = {0};
	const struct notification_facet_params facet = {.account = env->account, .bits = 1};
	struct notification_facet_results signal = {0};
	cap_t rings[RINGS];
	uint64_t bits = 0;

	check_status(&theatre->check, "a bell",
	             charge_create_notification(&env->ipc, env->account, &bell), OK);
	check_status(&theatre->check, "a notification",
	             charge_create_notification(&env->ipc, env->account, &completed), OK);
	check_status(&theatre->check, "its signal",
	             notification_facet(&env->ipc, completed.notification, &facet, &signal), OK);
	for (unsigned i = 0; i < RINGS; i++) {
		rings[i] = make_ring(theatre, i, signal.signal);
		ring_at(i)->submissions[0] =
			(struct ring_submission){.op = i == 0 ? RING_WAIT : RING_SIGNAL,
		                                 .target = bell.notification.id,
		                                 .words = {1ul << i}};
		ring_at(i)->header.submission_tail = 1;
		(void)raw_ring_enter(rings[i].id, 1, i > 0);
	}
	for (unsigned i = 1; i < RINGS; i++) {
		/* Those that came while nobody waited stay in the bell. */
		bits |= ring_at(0)->completions[i - 1].badge;
		ring_at(0)->submissions[i % RING_ENTRIES] = ring_at(0)->submissions[0];
		ring_at(0)->header.completion_head = i;
		ring_at(0)->header.submission_tail = i + 1;
		(void)raw_ring_enter(rings[0].id, 1, 0);
		if (bits == (2ul << (RINGS - 1)) - 2)
			break;
	}
	check_equal(&theatre->check, "all rings have signalled", bits, (2ul << (RINGS - 1)) - 2);
	for (unsigned i = 0; i < RINGS; i++)
		ipc_drop(&env->ipc, rings[i]);
	ipc_drop(&env->ipc, signal.signal);
	ipc_drop(&env->ipc, completed.notification);
	ipc_drop(&env->ipc, bell.notification);
}

/* ---- priorities and deadlines ---- */

static enum status split(struct theatre *theatre, unsigned priority)
{
	const struct sched_context_split_params params = {.account = theatre->check.env->account,
	                                                  .priority = (uint8_t)priority};
	struct sched_context_split_results results;
	const enum status status =
		sched_context_split(ipc_of(theatre), theatre->context, &params, &results);

	if (status == OK)
		ipc_drop(ipc_of(theatre), results.context);
	return status;
}

static void check_priorities(struct theatre *theatre)
{
	check_status(&theatre->check, "the lowest priority", split(theatre, 0), OK);
	check_status(&theatre->check, "one's own", split(theatre, theatre->priority), OK);
	check_status(&theatre->check, "one above", split(theatre, theatre->priority + 1u),
	             ERR_BAD_ARG);
	check_status(&theatre->check, "the highest", split(theatre, 255), ERR_BAD_ARG);
}

static uint64_t now(struct theatre *theatre)
{
	struct self_time_results time = {0};

	(void)self_time(ipc_of(theatre), CAP_NULL, &time); /* never fails */
	return time.now;
}

/* Waits at no endpoint, for nothing but the time. */
static bool wait_until(struct theatre *theatre, uint64_t deadline)
{
	struct request request;
	enum ipc_event event = IPC_REQUEST;
	uint64_t bits;

	return ipc_reply_wait(ipc_of(theatre), CAP_NULL, NULL, OK, deadline, &event, &request,
	                      &bits) == OK &&
	       event == IPC_TIMEOUT;
}

static void check_deadlines(struct theatre *theatre)
{
	const uint64_t begin = now(theatre);
	const uint64_t deadline = begin + 1000 * 1000;

	check_that(&theatre->check, "a deadline long past", wait_until(theatre, 1));
	check_that(&theatre->check, "one that is passing", wait_until(theatre, now(theatre)));
	check_that(&theatre->check, "are over at once", now(theatre) < deadline);
	check_that(&theatre->check, "one to come", wait_until(theatre, deadline));
	check_that(&theatre->check, "is not over before", now(theatre) >= deadline);
}

/* ---- dead copies ---- */

/* A capability of an actor's making, given to us in a call; the actor ends. */
static cap_t from_the_dead(struct theatre *theatre)
{
	struct env *env = theatre->check.env;
	const struct charge_create_endpoint_params none = {0};
	const struct endpoint_mint_params mint = {.account = env->account, .interface0 = INTERFACE};
	struct charge_create_endpoint_results made = {0};
	struct endpoint_mint_results client = {0};
	struct request request = {0};
	struct actor actor;
	struct actor_line *line;
	enum ipc_event event;
	uint64_t bits;
	cap_t derived, account, cap;

	if (actor_init(&actor, theatre) != OK ||
	    charge_create_endpoint(&env->ipc, env->account, &none, &made) != OK ||
	    endpoint_mint(&env->ipc, made.endpoint, &mint, &client) != OK)
		check_that(&theatre->check, "an actor and an endpoint", false);
	account = actor_give(&actor, actor.account);
	line = actor_call(&actor, CAP_NULL, SELF_INTERFACE, SELF_DERIVE,
	                  actor_give(&actor, actor.memory).id);
	line->words[1] = READ_ONLY_INTERFACE;
	line->word += 1u << OP_WORDS_SHIFT;
	line_send(line, &account, 1, 0);
	line_open(line, ACTOR_FIRST_SLOT, 1);
	derived = cap_make(ACTOR_FIRST_SLOT, 1);
	line = actor_call(&actor, actor_give(&actor, client.client), INTERFACE, 0, 0);
	line_send(line, &derived, 1, 0);
	actor_start(&actor);
	check_status(&theatre->check, "it calls",
	             ipc_reply_wait(&env->ipc, made.endpoint, NULL, OK, 0, &event, &request, &bits),
	             OK);
	cap = request_take(&request, request.message.caps[0]);
	check_status(&theatre->check, "what it brings", ask(theatre, cap), OK);
	actor_fini(&actor);
	ipc_drop(&env->ipc, client.client);
	ipc_drop(&env->ipc, made.endpoint);
	return cap;
}

static void check_dead(struct theatre *theatre)
{
	const cap_t cap = from_the_dead(theatre);
	const cap_t memory = make_memory(theatre);
	bool always = true;

	check_status(&theatre->check, "when it has gone", ask(theatre, cap), ERR_GONE);
	for (unsigned i = 0; i < REUSES; i++) { /* its place among the grants is used by others */
		cap_t others[AT_ONCE] = {0};

		for (unsigned o = 0; o < AT_ONCE; o++)
			always &= derive(theatre, memory, &others[o]) == OK &&
			          ask(theatre, cap) == ERR_GONE;
		for (unsigned o = 0; o < AT_ONCE; o++)
			ipc_drop(ipc_of(theatre), others[o]);
	}
	check_that(&theatre->check, "and for ever", always);
	ipc_drop(ipc_of(theatre), memory);
	ipc_drop(ipc_of(theatre), cap);
}

int component_main(struct env *env)
{
	struct theatre theatre;
	struct charge_usage_results before, after;

	log_line(env, "begins");
	if (theatre_init(&theatre, env) != OK || env_grow_table(env, 256) != OK)
		return 2;
	before = usage(&theatre);
	check_accounts(&theatre);
	check_grants(&theatre);
	check_rings(&theatre);
	check_priorities(&theatre);
	check_deadlines(&theatre);
	check_dead(&theatre);
	after = usage(&theatre);
	check_equal(&theatre.check, "capabilities in the end, as before", after.caps_used,
	            before.caps_used);
	theatre_fini(&theatre);
	return check_result(&theatre.check);
}
