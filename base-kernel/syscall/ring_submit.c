/* SPDX-License-Identifier: MIT */
#include "ring_submit.h"

#include "invocation.h"
#include "object/endpoint.h"
#include "object/notification.h"
#include "object/ring_work.h"
#include "x86_64/clock.h"

struct operation {
	struct ring_work *work; /* with our copy of the entry */
	cap_t target;
	struct ring_outcome outcome; /* `word` without the status */
	bool later;                  /* `work` will complete it, or has */
};

static bool expired(const struct operation *op)
{
	return op->work->entry.deadline && op->work->entry.deadline <= clock_now();
}

/* The entry goes on waiting, as long as its deadline allows. */
static void wait_as(struct operation *op, enum ring_work_state state)
{
	op->later = true;
	op->work->state = state;
	if (op->work->entry.deadline)
		timeout_set(&op->work->timeout, op->work->entry.deadline);
}

/* ---- calls ---- */

/* A message for a thread that waits; it runs on its own context. */
static void hand_to_receiver(struct endpoint *endpoint, struct call *call, uint32_t grant)
{
	struct list_node *first = list_first(&endpoint->receivers);

	if (!first) {
		if (!ring_receive(endpoint, call))
			call_enqueue(call, grant);
		return;
	}

	struct thread *receiver = list_entry(first, struct thread, queue);
	const enum status status = call_deliver(call, receiver);

	if (status != OK) {
		call_fail(call, status);
		return;
	}
	thread_unblock(receiver);
	thread_ready(receiver);
}

static enum status call_endpoint(struct operation *op, const struct cap_entry *target)
{
	struct endpoint *endpoint = (struct endpoint *)target->object;
	struct call *call = &op->work->call;

	if (endpoint->passive)
		return ERR_UNSUPPORTED; /* nobody would lend the server a context */
	if (expired(op))
		return ERR_TIMEOUT;
	if (!ring_work_lasts(op->work))
		return ERR_NOT_NOW;

	const enum status status = call_begin(call, target, op->work->entry.word & ~0xfful);

	if (status != OK)
		return status;
	wait_as(op, RING_WORK_CALLING);
	hand_to_receiver(endpoint, call, target->grant);
	return OK;
}

/* A method of the kernel's. */
static enum status call_kernel(struct operation *op, const struct cap_entry *target)
{
	const struct ring_submission *entry = &op->work->entry;
	struct message_page *send = ring_buffer(op->work->ring, entry->send_buffer);
	struct message_page *receive = ring_buffer(op->work->ring, entry->receive_buffer);
	const unsigned count = entry->window & WINDOW_SEND_MASK;
	struct invocation in;

	if ((entry->word & OP_PAGED) || count > IPC_CAPS_MAX || (count && !send))
		return ERR_BAD_ARG;
	/* ids of new capabilities need a place */
	invocation_init(&in, op->work->ring->domain, target, receive ? entry->window : 0);
	in.caller = sched_current();
	in.by_ring = true;
	in.words = op->work->entry.words;
	for (unsigned i = 0; i < count; i++)
		in.caps[i].id = read_once(send->caps[i]);

	const enum status status =
		invocation_run(&in, (uint32_t)(entry->word >> OP_INTERFACE_SHIFT),
	                       (entry->word >> OP_METHOD_SHIFT) & 0xffff);

	if (status != OK)
		return status;
	for (unsigned i = 0; i < in.cap_count; i++)
		receive->caps[i] = in.caps[i].id;
	op->outcome.word = (uint64_t)in.word_count << OP_WORDS_SHIFT;
	op->outcome.caps = in.cap_count;
	op->outcome.words = in.words;
	return OK;
}

static enum status call(struct operation *op)
{
	const uint32_t interface = (uint32_t)(op->work->entry.word >> OP_INTERFACE_SHIFT);
	struct cap_entry *target;
	bool served;
	const enum status status =
		invocation_target(op->work->ring->domain, op->target, interface, &target, &served);

	if (status == ERR_GONE)
		return invocation_gone(op->work->ring->domain, op->target, op->work->entry.word);
	if (status != OK)
		return status;
	return served ? call_endpoint(op, target) : call_kernel(op, target);
}

/* ---- what is served ---- */

static enum status receive(struct operation *op)
{
	struct cap_entry *target;
	struct ring_work *work = op->work;
	const enum status status = domain_find_object(work->ring->domain, op->target,
	                                              OBJECT_ENDPOINT, ENDPOINT_INTERFACE, &target);

	if (status != OK)
		return status;
	if (expired(op))
		return ERR_TIMEOUT;
	if (!ring_work_lasts(work))
		return ERR_NOT_NOW;

	struct endpoint *endpoint = (struct endpoint *)target->object;

	wait_as(op, RING_WORK_RECEIVING);
	ring_work_enlist(work, target->grant);
	list_append(&endpoint->ring_receivers, &work->queue);
	ring_offer(endpoint);
	return OK;
}

static enum status answer(struct operation *op)
{
	const struct ring_submission *entry = &op->work->entry;
	const unsigned status_word = (entry->word >> OP_METHOD_SHIFT) & 0xffff;
	struct ring_work *work = ring_work_named(op->work->ring, entry->call);
	struct thread *caller = NULL;
	struct message_side from;
	enum status status = ERR_GONE;

	if (!work || status_word >= STATUS_COUNT)
		return ERR_BAD_ARG;
	ring_work_side(op->work, &from);
	if (work->taken.call)
		status = call_answer(work->taken.call, (enum status)status_word, entry->word, &from,
		                     &caller);
	if (status == OK || status == ERR_GONE)
		ring_work_answered(work);
	if (caller)
		thread_ready(caller);
	return status;
}

/* ---- the rest ---- */

static enum status nop(struct operation *op)
{
	(void)op;
	return OK;
}

static enum status release(struct operation *op)
{
	return cap_table_drop(&op->work->ring->domain->caps, op->target);
}

static enum status signal(struct operation *op)
{
	struct cap_entry *target;
	const enum status status = domain_find_object(
		op->work->ring->domain, op->target, OBJECT_NOTIFICATION, SIGNAL_INTERFACE, &target);

	if (status == OK)
		notification_signal((struct notification *)target->object,
		                    invocation_signal_bits(target, op->work->entry.words[0]));
	return status;
}

static enum status wait(struct operation *op)
{
	struct cap_entry *target;
	const enum status status =
		domain_find_object(op->work->ring->domain, op->target, OBJECT_NOTIFICATION,
	                           NOTIFICATION_INTERFACE, &target);

	if (status != OK)
		return status;

	struct notification *notification = (struct notification *)target->object;
	struct ring_work *work = op->work;

	if (notification->sink || notification->waiter)
		return ERR_NOT_NOW;
	if (notification->bits) {
		op->outcome.word = OP_NOTIFICATION;
		op->outcome.badge = notification->bits;
		notification->bits = 0;
		return OK;
	}
	if (expired(op))
		return ERR_TIMEOUT;
	if (!ring_work_lasts(work))
		return ERR_NOT_NOW;
	wait_as(op, RING_WORK_WAITING);
	ring_work_enlist(work, target->grant);
	work->notification = notification;
	notification->waiter = work;
	return OK;
}

static enum status await(struct operation *op)
{
	if (op->work->entry.deadline == 0)
		return ERR_BAD_ARG;
	if (expired(op))
		return OK;
	if (!ring_work_lasts(op->work))
		return ERR_NOT_NOW;
	wait_as(op, RING_WORK_TIMING);
	return OK;
}

static enum status cancel(struct operation *op)
{
	return ring_work_cancel(op->work->ring, op->work->entry.target) ? OK : ERR_BAD_ARG;
}

static enum status (*const operations[RING_OP_COUNT])(struct operation *op) = {
	[RING_NOP] = nop,       [RING_CALL] = call,       [RING_RECV] = receive,
	[RING_RETURN] = answer, [RING_RELEASE] = release, [RING_SIGNAL] = signal,
	[RING_WAIT] = wait,     [RING_TIMEOUT] = await,   [RING_CANCEL] = cancel,
};

/* ---- running entries ---- */

static enum status check(struct operation *op)
{
	const struct ring_submission *entry = &op->work->entry;

	if (entry->op >= RING_OP_COUNT)
		return ERR_UNSUPPORTED;
	if ((entry->flags & ~RING_FLAGS) || entry->reserved)
		return ERR_BAD_ARG;
	if ((entry->flags & RING_MULTISHOT) && (entry->op != RING_RECV || op->work->chained))
		return ERR_BAD_ARG;
	if (entry->flags & RING_TARGET_RESULT)
		return ring_chain_result(op->work, entry->target, &op->target);
	return OK;
}

/* Runs an entry that nothing stands before. What it has begun and not ended goes on when the ring is next run. */
static void run(struct ring *ring, struct ring_work *work)
{
	struct thread *owner = sched_current();
	struct operation op = {.work = work, .target = {work->entry.target}};
	enum status status;

	work->state = RING_WORK_STARTING;
	status = check(&op);
	if (status == OK)
		status = operations[work->entry.op](&op);
	if (op.later)
		return;
	op.outcome.word |= (uint64_t)status;
	if (owner->again) { /* it has done a part */
		owner->again = false;
		work->state = RING_WORK_LINKED;
		list_insert_before(ring->due.next, &work->queue);
	} else if (owner->unfinished) {
		ring->held = work;
		ring->held_outcome = op.outcome;
	} else {
		ring_work_post(work, &op.outcome);
	}
}

/* Not when it has been stopped, or has something long to do. */
static bool goes_on(const struct thread *owner)
{
	return sched_current() == owner && !owner->unfinished;
}

static void run_due(struct ring *ring, const struct thread *owner)
{
	struct ring_work *work;
	enum status before;

	while (goes_on(owner) && (work = ring_chain_next(ring, &before))) {
		if (before == OK)
			run(ring, work);
		else
			ring_work_end(work, before);
	}
}

/* An entry as it comes from the queue: the owner may rewrite it at any time, so it is copied, once. */
static void take(struct ring *ring)
{
	const struct ring_submission *entry = ring_submission(ring);
	struct ring_work *work;

	ring->submission_head++;
	if (!ring->chain.open && !(read_once(entry->flags) & RING_LINK)) {
		work = ring_work_take(ring, entry);
		run(ring, work ? work : ring_work_spare(ring, entry));
		return;
	}
	work = ring_chain_add(ring, entry);
	if (work && ring_chain_may_start(work))
		run(ring, work);
}

/* How many records there are from this one to the end of its page. */
static unsigned records_left(const void *record)
{
	return (unsigned)((PAGE_SIZE - ((uintptr_t)record & (PAGE_SIZE - 1))) /
	                  sizeof(struct ring_submission));
}

/*
 * NOPs that belong to no chain need no copy: takes those that come next, at most `max`, and none
 * beyond the end of a page.
 */
static unsigned take_nops(struct ring *ring, unsigned max)
{
	const struct ring_submission *entry = ring_submission(ring);
	struct ring_completion *to = ring_completion(ring);
	unsigned count;

	_Static_assert(RING_NOP == 0 && offsetof(struct ring_submission, user_data) == 8,
	               "one word says it");
	_Static_assert(sizeof(*entry) == sizeof(*to), "they share pages alike");
	if (ring->chain.open)
		return 0;
	if (max > records_left(entry))
		max = records_left(entry);
	if (max > records_left(to))
		max = records_left(to);
	for (count = 0; count < max; count++, entry++, to++) {
		const uint64_t first = read_once(*(const uint64_t *)entry);

		if ((first & 0xffff00000000ffff) != 0)
			break;
		to->user_data = read_once(entry->user_data);
		to->word = OK;
		to->badge = to->call = 0;
		to->caps = to->flags = 0;
	}
	ring->submission_head += count;
	ring->completion_tail += count;
	return count;
}

unsigned ring_run(struct ring *ring, unsigned count)
{
	struct thread *owner = sched_current();
	const uint32_t offered = ring_submissions(ring);
	unsigned taken = 0, room;

	owner->unfinished = false;
	if (ring->held) {
		ring_work_post(ring->held, &ring->held_outcome);
		ring->held = NULL;
	}
	if (!list_empty(&ring->due))
		run_due(ring, owner);
	if (count > offered)
		count = offered;
	while (taken < count && goes_on(owner) && (room = ring_room(ring)) > 0) {
		const unsigned left = count - taken;
		unsigned nops = 0;

		if (read_once(ring_submission(ring)->op) == RING_NOP)
			nops = take_nops(ring, left < room ? left : room);
		if (nops == 0)
			take(ring);
		taken += nops ? nops : 1;
	}
	if (!list_empty(&ring->due))
		run_due(ring, owner);
	write_once(ring->header->completion_tail, ring->completion_tail);
	write_once(ring->header->submission_head, ring->submission_head);
	ring_announce(ring);
	return taken;
}
