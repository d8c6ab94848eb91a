/* SPDX-License-Identifier: MIT */
/*
 * Four in a chain, A calls B, B calls C, C calls D, and one of the last three is
 * killed: with the front of the chain at each of them. The others answer or end
 * as if the victim had answered that it is gone.
 */
#include "ipc_test.h"

enum { A, B, C, D, ACTORS };

static const char *const names[ACTORS] = {"A", "B", "C", "D"};

struct part {
	struct actor actor;
	struct service service;                     /* not of A */
	struct actor_line *receive, *call, *answer; /* call: not of D; the others: not of A */
};

struct chain {
	struct theatre *theatre;
	struct part parts[ACTORS];
	unsigned paused; /* who waits for the director */
};

/* Those who serve; `front` is the last one who is called, `serving`: it has taken the call. */
static void part_rehearse(struct chain *chain, unsigned who, bool passive)
{
	struct part *part = &chain->parts[who];
	struct actor *actor = &part->actor;
	const cap_t endpoint = actor_give(actor, part->service.endpoint);
	const cap_t memory = actor_give(actor, actor->memory);

	if (passive)
		actor_detach(actor);
	if (chain->paused == who && who != D)
		actor_pause(actor, memory);
	part->receive = actor_receive(actor, endpoint);
	if (who < D)
		part->call = call_service(actor, chain->parts[who + 1].service, who);
	if (chain->paused == who && who == D)
		actor_pause(actor, memory);
	part->answer = actor_answer(actor, OK, who);
	actor_receive(actor, endpoint);
	actor_answer(actor, OK, who);
	actor_receive(actor, endpoint);
}

static bool chain_init(struct chain *chain, struct theatre *theatre, unsigned paused, bool passive)
{
	*chain = (struct chain){.theatre = theatre, .paused = paused};
	for (unsigned i = 0; i < ACTORS; i++) {
		struct part *part = &chain->parts[i];

		if (actor_init(&part->actor, theatre) != OK)
			return false;
		if (i > A)
			part->service = service_make(
				theatre, (struct service_request){.account = part->actor.account,
			                                          .passive = passive});
	}
	chain->parts[A].call = call_service(&chain->parts[A].actor, chain->parts[B].service, A);
	for (unsigned i = D; i > A; i--) {
		part_rehearse(chain, i, passive);
		actor_start(&chain->parts[i].actor);
	}
	actor_start(&chain->parts[A].actor);
	check_waits(theatre, "A waits", chain->parts[A].call);
	return true;
}

static void chain_fini(struct chain *chain)
{
	for (unsigned i = 0; i < ACTORS; i++) {
		service_drop(chain->theatre, chain->parts[i].service);
		actor_fini(&chain->parts[i].actor);
	}
}

/* Who was called by the victim, directly or not, and those who had not been reached. */
static void check_behind(struct chain *chain, unsigned victim)
{
	for (unsigned i = victim + 1; i < ACTORS; i++) {
		const struct part *part = &chain->parts[i];
		const bool reached = chain->paused > i || (chain->paused == i && i == D);

		if (!reached) {
			check_waits(chain->theatre, "who had not taken the call has none",
			            part->receive);
			continue;
		}
		if (i < D)
			check_line(chain->theatre, "who was called goes on at home", part->call,
			           OK);
		check_line(chain->theatre, "and its answer", part->answer,
		           i == victim + 1 ? ERR_GONE : OK);
	}
}

static void check_before(struct chain *chain, unsigned victim)
{
	for (unsigned i = A; i < victim; i++) {
		const struct part *part = &chain->parts[i];

		check_line(chain->theatre, names[i], part->call, i + 1 == victim ? ERR_GONE : OK);
		if (i > A)
			check_line(chain->theatre, "and what it answers", part->answer, OK);
	}
}

static void check_victim(struct theatre *theatre, unsigned paused, unsigned victim)
{
	struct chain chain;

	check_that(&theatre->check, names[victim], true);
	if (!chain_init(&chain, theatre, paused, false))
		return;
	actor_kill(&chain.parts[victim].actor);
	theatre_settle(theatre);
	if (paused >= victim)
		check_line(theatre, "at once", chain.parts[victim - 1].call, ERR_GONE);
	if (paused != victim)
		theatre_go_on(theatre, &chain.parts[paused].actor);
	check_before(&chain, victim);
	check_behind(&chain, victim);
	chain_fini(&chain);
}

void check_chains(struct theatre *theatre)
{
	for (unsigned paused = B; paused <= D; paused++) {
		for (unsigned victim = B; victim <= D; victim++)
			check_victim(theatre, paused, victim);
	}
}

/* A client that comes from outside; its call brings a context for whoever stands still there. */
static void call_from_outside(struct chain *chain, struct service service)
{
	struct actor client;
	struct actor_line *call;

	if (actor_init(&client, chain->theatre) != OK)
		return;
	call = call_service(&client, service, 1);
	actor_start(&client);
	check_line(chain->theatre, "a call from outside", call, OK);
	actor_fini(&client);
}

void check_passive_chain(struct theatre *theatre)
{
	struct chain chain;
	struct part *const parts = chain.parts;

	if (!chain_init(&chain, theatre, D, true))
		return;
	actor_kill(&parts[B].actor);
	theatre_settle(theatre);
	check_line(theatre, "A is told of B's end", parts[A].call, ERR_GONE);
	theatre_go_on(theatre, &parts[D].actor);
	check_that(&theatre->check, "D has no context to run on", !parts[D].answer->begun);
	call_from_outside(&chain, parts[D].service);
	check_line(theatre, "which takes D to its answer to C", parts[D].answer, OK);
	check_that(&theatre->check, "C has none still", !parts[C].answer->begun);
	call_from_outside(&chain, parts[C].service);
	check_line(theatre, "which takes C there", parts[C].call, OK);
	check_line(theatre, "and its answer to B finds nobody", parts[C].answer, ERR_GONE);
	chain_fini(&chain);
}

/*
 * A server without a home is answered after its own caller has gone, by one that does nothing but
 * answer and wait: it must not run on a context that nobody has lent.
 */
void check_stranded(struct theatre *theatre)
{
	struct actor client, other, middle, back;
	struct service front, rear;
	struct actor_line *call, *nested, *answer, *again;
	cap_t endpoint;

	if (actor_init(&client, theatre) != OK || actor_init(&other, theatre) != OK ||
	    actor_init(&middle, theatre) != OK || actor_init(&back, theatre) != OK)
		return;
	front = service_make(theatre,
	                     (struct service_request){.account = middle.account, .passive = true});
	rear = service_make(theatre, (struct service_request){.account = back.account});
	endpoint = actor_give(&back, rear.endpoint);
	actor_receive(&back, endpoint);
	actor_pause(&back, actor_give(&back, back.memory));
	actor_answer_receive(&back, endpoint, OK, 1);
	endpoint = actor_give(&middle, front.endpoint);
	actor_detach(&middle);
	actor_receive(&middle, endpoint);
	nested = call_service(&middle, rear, 1);
	answer = actor_answer(&middle, OK, 1);
	actor_receive(&middle, endpoint);
	actor_answer_receive(&middle, endpoint, OK, 2);
	call = call_service(&client, front, 1);
	again = call_service(&other, front, 1);

	actor_start(&back);
	actor_start(&middle);
	actor_start(&client);
	check_waits(theatre, "the client waits", call);
	actor_kill(&client);
	theatre_go_on(theatre, &back);
	check_waits(theatre, "a server without a context does not see its answer yet", nested);
	actor_start(&other);
	check_line(theatre, "with the context of the next caller it does", nested, OK);
	check_line(theatre, "its own answer finds nobody", answer, ERR_GONE);
	check_line(theatre, "and the next caller is served", again, OK);
	service_drop(theatre, front);
	service_drop(theatre, rear);
	actor_fini(&client);
	actor_fini(&other);
	actor_fini(&middle);
	actor_fini(&back);
}
