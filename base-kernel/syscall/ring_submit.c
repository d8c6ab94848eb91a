/* SPDX-License-Identifier: MIT */
#include "ring_submit.h"

#include "invocation.h"
#include "object/endpoint.h"
#include "object/notification.h"
#include "object/ring_work.h"
#include "x86_64/clock.h"

/* What a ring does between two windows for interrupts, in short entries of at most 600 instructions. */
enum { STEP = 16, LONG_MESSAGE = 3 };

static bool expired(const struct ring_work *work)
{
	return work->entry.deadline && work->entry.deadline <= clock_now();
}

/* The entry goes on waiting, as long as its deadline allows. */
static void wait_as(struct ring_work *work, enum ring_work_state state)
{
	work->state = state;
	if (work->entry.deadline)
		timeout_set(&work->timeout, work->entry.deadline);
}

/*
 * Whether the operation has to run again, in the next step, since this one has had more than `effort`
 * already; it has done nothing, or a part.
 */
static bool deferred(const struct ring *ring, unsigned effort)
{
	if (ring->effort <= effort)
		return false;
	sched_current()->again = sched_current()->unfinished = sched_attention = true;
	return true;
}

/* The same for what can take as long as a step: nothing comes after it. */
static bool deferred_whole(struct ring *ring)
{
	const bool later = deferred(ring, LONG_MESSAGE);

	ring->effort = STEP;
	return later;
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

static enum status call_endpoint(struct ring_work *work, const struct cap_entry *target)
{
	struct endpoint *endpoint = (struct endpoint *)target->object;
	struct call *call = &work->call;

	if (endpoint->passive)
		return ERR_UNSUPPORTED; /* nobody would lend the server a context */
	if (expired(work))
		return ERR_TIMEOUT;
	if (work == work->ring->spare)
		return ERR_NOT_NOW;

	const enum status status = call_begin(call, target, work->entry.word & ~0xfful);

	if (status != OK)
		return status;
	wait_as(work, RING_WORK_CALLING);
	if ((work->entry.word & OP_PAGED) || work->entry.window)
		work->ring->effort += LONG_MESSAGE;
	hand_to_receiver(endpoint, call, target->grant);
	return OK;
}

/* A method of the kernel's. */
__attribute__((noinline)) static uint64_t call_kernel(struct ring_work *work,
                                                      const struct cap_entry *target)
{
	const struct ring_submission *entry = &work->entry;
	struct message_page *send = ring_buffer(work->ring, entry->send_buffer);
	struct message_page *receive = ring_buffer(work->ring, entry->receive_buffer);
	const unsigned count = entry->window & WINDOW_SEND_MASK;
	struct invocation in;

	if (deferred_whole(work->ring))
		return OK;
	if ((entry->word & OP_PAGED) || count > IPC_CAPS_MAX || (count && !send))
		return ERR_BAD_ARG;
	/* ids of new capabilities need a place */
	invocation_init(&in, work->ring->domain, target, receive ? entry->window : 0);
	in.caller = sched_current();
	in.by_ring = true;
	in.words = work->entry.words;
	for (unsigned i = 0; i < count; i++)
		in.caps[i].id = read_once(send->caps[i]);

	const enum status status =
		invocation_run(&in, (uint32_t)(entry->word >> OP_INTERFACE_SHIFT),
	                       (entry->word >> OP_METHOD_SHIFT) & 0xffff);

	if (status != OK)
		return status;
	for (unsigned i = 0; i < in.cap_count; i++)
		receive->caps[i] = in.caps[i].id;
	work->cap_count = in.cap_count;
	return OK | (uint64_t)in.word_count << OP_WORDS_SHIFT;
}

static uint64_t call(struct ring_work *work)
{
	const uint32_t interface = (uint32_t)(work->entry.word >> OP_INTERFACE_SHIFT);
	struct domain *domain = work->ring->domain;
	struct cap_entry *target;
	bool served;
	const enum status status =
		invocation_target(domain, (cap_t){work->entry.target}, interface, &target, &served);

	if (status == ERR_GONE)
		return invocation_gone(domain, (cap_t){work->entry.target}, work->entry.word);
	if (status != OK)
		return status;
	return served ? call_endpoint(work, target) : call_kernel(work, target);
}

/* ---- what is served ---- */

/* Takes what is queued, then waits for more. */
static uint64_t receive(struct ring_work *work)
{
	struct ring *ring = work->ring;
	struct cap_entry *target;
	struct list_node *first;
	const enum status status = domain_find_object(ring->domain, (cap_t){work->entry.target},
	                                              OBJECT_ENDPOINT, ENDPOINT_INTERFACE, &target);

	if (status != OK)
		return status;
	if (expired(work))
		return ERR_TIMEOUT;
	if (work == work->ring->spare)
		return ERR_NOT_NOW;

	struct endpoint *endpoint = (struct endpoint *)target->object;

	for (; (first = list_first(&endpoint->callers)); ring->effort++) {
		if (deferred(ring, STEP - 1))
			return OK;
		ring_work_receive(work, list_entry(first, struct call, queue));
		if (work->state != RING_WORK_STARTING)
			return OK;
	}
	wait_as(work, RING_WORK_RECEIVING);
	list_append(&grant_at(target->grant)->uses, &work->call.of_grant);
	list_append(&endpoint->ring_receivers, &work->queue);
	return OK;
}

static enum status answer_call(struct ring_work *work, struct call *call, enum status status)
{
	const uint64_t word = work->entry.word;
	struct thread *caller;
	struct message_side from;
	enum status own;

	if (call->ring && ring_pass_words(work, word, call->ring)) {
		call_withdraw(call);
		ring_call_done(call, status, (struct message_result){.word = message_words(word)});
		return OK;
	}
	work->ring->effort += LONG_MESSAGE;
	ring_work_side(work, &from);
	own = call_answer(call, status, word, &from, &caller);
	if (own == OK && caller)
		thread_ready(caller);
	return own;
}

static uint64_t answer(struct ring_work *work)
{
	const struct ring_submission *entry = &work->entry;
	const unsigned status_word = (entry->word >> OP_METHOD_SHIFT) & 0xffff;
	struct ring_work *named = ring_work_named(work->ring, entry->call);
	enum status status = ERR_GONE;

	if (!named || status_word >= STATUS_COUNT)
		return ERR_BAD_ARG;
	if (named->taken.call)
		status = answer_call(work, named->taken.call, (enum status)status_word);
	if (status == OK || status == ERR_GONE)
		ring_work_answered(named);
	return status;
}

/* ---- the rest ---- */

static uint64_t nop(struct ring_work *work)
{
	(void)work;
	return OK;
}

static uint64_t release(struct ring_work *work)
{
	return cap_table_drop(&work->ring->domain->caps, (cap_t){work->entry.target});
}

static uint64_t signal(struct ring_work *work)
{
	struct cap_entry *target;
	const enum status status =
		domain_find_object(work->ring->domain, (cap_t){work->entry.target},
	                           OBJECT_NOTIFICATION, SIGNAL_INTERFACE, &target);

	if (status == OK)
		notification_signal((struct notification *)target->object,
		                    invocation_signal_bits(target, work->entry.words[0]));
	return status;
}

static uint64_t wait(struct ring_work *work)
{
	struct cap_entry *target;
	const enum status status =
		domain_find_object(work->ring->domain, (cap_t){work->entry.target},
	                           OBJECT_NOTIFICATION, NOTIFICATION_INTERFACE, &target);

	if (status != OK)
		return status;

	struct notification *notification = (struct notification *)target->object;

	if (notification->sink || notification->waiter)
		return ERR_NOT_NOW;
	if (notification->bits) {
		ring_work_take_bits(work, notification);
		return OK;
	}
	if (expired(work))
		return ERR_TIMEOUT;
	if (work == work->ring->spare)
		return ERR_NOT_NOW;
	wait_as(work, RING_WORK_WAITING);
	list_append(&grant_at(target->grant)->uses, &work->call.of_grant);
	work->notification = notification;
	notification->waiter = work;
	return OK;
}

static uint64_t await(struct ring_work *work)
{
	if (work->entry.deadline == 0)
		return ERR_BAD_ARG;
	if (expired(work))
		return OK;
	if (work == work->ring->spare)
		return ERR_NOT_NOW;
	wait_as(work, RING_WORK_TIMING);
	return OK;
}

static uint64_t cancel(struct ring_work *work)
{
	if (deferred_whole(work->ring))
		return OK;

	const unsigned ended = ring_work_cancel(work->ring, work->entry.target, STEP);
	const bool found = work->found || ended;

	work->found = ended == STEP && deferred(work->ring, 0); /* there may be more */
	return found ? OK : ERR_BAD_ARG;
}

/* Those that can wait need a record for that. */
enum { LASTING = 1 << RING_CALL | 1 << RING_RECV | 1 << RING_WAIT | 1 << RING_TIMEOUT };

/* Each returns the word of its completion, or has changed the state of the record, which then completes by itself. */
static uint64_t (*const operations[RING_OP_COUNT])(struct ring_work *work) = {
	[RING_NOP] = nop,       [RING_CALL] = call,       [RING_RECV] = receive,
	[RING_RETURN] = answer, [RING_RELEASE] = release, [RING_SIGNAL] = signal,
	[RING_WAIT] = wait,     [RING_TIMEOUT] = await,   [RING_CANCEL] = cancel,
};

/* ---- running entries ---- */

/* The first word of an entry without the buffers: where nothing but the operation is set, there is no more to check. */
#define PLAIN_MASK 0xffff00000000fffful

_Static_assert(offsetof(struct ring_submission, reserved) == 6, "op and flags are below");

static uint64_t plain_op(const struct ring_submission *entry)
{
	return read_once(*(const uint64_t *)entry) & PLAIN_MASK;
}

static enum status check(struct ring_work *work)
{
	struct ring_submission *entry = &work->entry;
	enum status status;
	cap_t target;

	if (plain_op(entry) < RING_OP_COUNT)
		return OK;
	if (entry->op >= RING_OP_COUNT)
		return ERR_UNSUPPORTED;
	if ((entry->flags & ~RING_FLAGS) || entry->reserved)
		return ERR_BAD_ARG;
	if ((entry->flags & RING_MULTISHOT) && (entry->op != RING_RECV || work->chained))
		return ERR_BAD_ARG;
	if (!(entry->flags & RING_TARGET_RESULT))
		return OK;
	status = ring_chain_result(work, entry->target, &target);
	if (status == OK) {
		entry->target = target.id;
		entry->flags &= (uint8_t)~RING_TARGET_RESULT;
	}
	return status;
}

static void complete(struct ring_work *work, uint64_t word)
{
	struct ring_completion *to = ring_work_post(work, word);

	if (message_words(word))
		memory_copy_words(to->words, work->entry.words, IPC_WORDS_MAX);
}

/*
 * Runs an entry, unless what stands before it has failed. What it has begun and not ended goes on when the
 * ring is next run.
 */
static void run(struct ring *ring, struct ring_work *work, struct thread *owner)
{
	uint64_t word;

	ring->effort++;
	if (work->before && work->before->outcome != OK) {
		(void)ring_work_post(work, work->before->outcome);
		return;
	}
	work->state = RING_WORK_STARTING;
	word = check(work);
	if (word == OK)
		word = operations[work->entry.op](work);
	if (work->state != RING_WORK_STARTING)
		return;
	if (!owner->unfinished) {
		complete(work, word);
	} else if (owner->again) {
		owner->again = false;
		work->state = RING_WORK_LINKED;
		list_insert_before(ring->due.next, &work->queue);
	} else {
		ring->held = work;
		ring->held_word = word;
	}
}

/* How many records there are from this one to the end of its page or of a queue of `size`. */
static unsigned row(uint32_t index, unsigned size)
{
	const unsigned per_page = PAGE_SIZE / sizeof(struct ring_submission);

	return (unsigned)(-index - 1) % (size < per_page ? size : per_page) + 1;
}

/* NOPs that belong to no chain need no record: the one in `entry` and those behind it, `max` at most. */
static unsigned take_nops(struct ring *ring, const struct ring_submission *entry, unsigned max)
{
	struct ring_completion *to = ring_completion(ring);
	const unsigned here = row(ring->submission_head, ring->entries);
	const unsigned there = row(ring->completion_tail, 2u * ring->entries);
	const unsigned room = ring_room(ring), first = here < there ? here : there;
	const unsigned most = first < room ? first : room;
	unsigned count = 0;

	do
		(void)ring_post(ring, to++, read_once(entry++->user_data), OK);
	while (++count < max && count < most && plain_op(entry) == RING_NOP);
	ring->submission_head += count;
	return count;
}

/*
 * An entry as it comes from the queue: the owner may rewrite it at any time, so each part is read once.
 * NULL: it is not to run, or not yet; `*taken` then tells of up to `max`.
 */
static struct ring_work *take(struct ring *ring, unsigned max, unsigned *taken)
{
	const struct ring_submission *entry = ring_submission(ring);
	const uint64_t first = read_once(*(const uint64_t *)entry);
	const uint8_t op = (uint8_t)first, flags = (uint8_t)(first >> 8);
	const bool chained = ring->chain.open || (flags & RING_LINK);
	struct ring_work *work = NULL;

	if (plain_op(entry) == RING_NOP && !chained) {
		*taken += take_nops(ring, entry, max);
		return NULL;
	}
	++*taken;
	ring->submission_head++;
	if (chained || (op < RING_OP_COUNT && (LASTING & 1 << op)))
		work = ring_work_take(ring);
	if (!work)
		work = ring->spare;
	ring->pending++;
	ring_work_copy(work, entry, first);
	return !chained || ring_chain_add(work) ? work : NULL;
}

/* What is due comes first, then at most `count` of what is submitted, until it has something long to do. */
static unsigned run_entries(struct ring *ring, unsigned count, struct thread *owner)
{
	unsigned taken = 0;

	while (sched_current() == owner && !owner->unfinished) {
		const bool due = !list_empty(&ring->due);
		struct ring_work *work;

		if (!due && (taken == count || ring_room(ring) == 0))
			break;
		if (ring->effort >= STEP) {
			owner->unfinished = sched_attention = true;
			break;
		}
		work = due ? list_entry(ring->due.next, struct ring_work, queue)
		           : take(ring, count - taken, &taken);
		if (due)
			list_remove(&work->queue);
		if (work)
			run(ring, work, owner);
	}
	return taken;
}

unsigned ring_run(struct ring *ring, uint64_t count)
{
	struct thread *owner = sched_current();
	const uint32_t offered = ring_submissions(ring);
	unsigned taken;

	owner->unfinished = false;
	ring->effort = 0;
	if (ring->held) {
		complete(ring->held, ring->held_word);
		ring->held = NULL;
	}
	taken = run_entries(ring, count < offered ? (unsigned)count : offered, owner);
	write_once(ring->header->submission_head, ring->submission_head);
	if (ring->effort > 0)
		write_once(ring->header->due, ring->held || !list_empty(&ring->due));
	ring_announce(ring);
	return taken;
}
