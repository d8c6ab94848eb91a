/* SPDX-License-Identifier: MIT */
/*
 * The fast path: a call to a receiver that waits, the answer to a caller by a
 * server that waits for the next call, a signal nobody waits for, an empty
 * ring_enter; in register words and nothing else.
 *
 * Everything that is checked here before the first change sends the caller to
 * the general path, which does the same and all the rarities besides. The
 * message words are never touched: this file is compiled without the registers
 * they stand in, so it calls nothing that is not inline, and ends in a jump.
 *
 * Left to the general path: capabilities and pages, in-flight limits, ring entries
 * on either side, and what makes a thread `rare`: an armed deadline, a pending
 * notification. Vector registers that are open are closed on the way.
 */
#include <abi/syscall.h>
#include <kernel/words.h>

#include "object/cap_table.h"
#include "object/endpoint.h"
#include "object/notification.h"
#include "object/ring.h"
#include "object/thread.h"
#include "sched/sched.h"
#include "syscall.h"
#include "x86_64/cpu.h"
#include "x86_64/resume.h"
#include "x86_64/vector.h"

#define OP_FLAGS        (OP_PAGED | OP_NO_REPLY | OP_NO_WAIT | OP_RESERVED)
#define OP_WORDS        ((uint64_t)OP_WORDS_MASK << OP_WORDS_SHIFT)
#define OP_WORDS_EXCESS ((uint64_t)(OP_WORDS_MASK - IPC_WORDS_MAX) << OP_WORDS_SHIFT)
#define OP_NAME         (~0xfffful) /* method and interface */

#define WINDOW_RARE (WINDOW_SEND_MASK | (uint64_t)WINDOW_REPLY_SLOT_MASK << WINDOW_REPLY_SLOT_SHIFT)

#define likely(condition) __builtin_expect(!!(condition), 1)

register struct thread *thread asm("rbp"); /* the caller, from entry.S */

/*
 * The entry of a live capability, or NULL. An empty slot may pass for one: it has neither
 * interface nor flags.
 */
static inline const struct cap_entry *find(uint64_t cap)
{
	const struct cap_table *table = &thread->domain->caps;
	const uint32_t slot = (uint32_t)cap;
	const struct cap_entry *entry = &table->entries[slot];

	return likely(slot < table->slots && entry->generation == cap >> 32 &&
	              grant_at(entry->grant)->epoch == entry->epoch)
	               ? entry
	               : NULL;
}

/* Whether two threads can be switched without a look at what makes them rare; shuts open vector registers. */
static inline bool switchable(const struct thread *other)
{
	if (likely((thread->rare | other->rare) == 0))
		return true;
	if (((thread->rare & ~(uint64_t)THREAD_RARE_VECTOR) | other->rare) != 0)
		return false;
	vector_discard();
	thread->vector_open = false;
	return true;
}

/* Goes on as another thread: FS base and address space are all that differs. */
static inline void become(struct thread *to, uint64_t word, uint64_t badge)
{
	const uint64_t root = to->domain->pages.root;

	thread->fs_base = read_fs_base();
	write_fs_base(to->fs_base);
	to->state = THREAD_READY;
	sched_running = to;
	cpu.thread = to;
	if (cpu.root != root) {
		cpu.root = root;
		write_cr3(root);
	}
	syscall_exit(to, word, badge);
}

static inline void signal_fast(const struct cap_entry *entry)
{
	register uint64_t named asm("rbx");
	struct notification *notification = (struct notification *)entry->object;
	struct thread *sink = notification->sink;

	asm volatile("" : "=r"(named));

	const uint64_t bits =
		entry->interface == SIGNAL_INTERFACE ? grant_at(entry->grant)->badge : named;

	if (notification->waiter || (sink && sink->state == THREAD_RECEIVING))
		return syscall_wake(notification, bits);

	/* commit */
	notification->bits |= bits;
	if (sink)
		sink->notified = notification->bits != 0;
	syscall_done();
}

/* The kernel's own object. */
static inline void invoke_fast(const struct cap_entry *entry, uint64_t word)
{
	const uint64_t signal =
		(uint64_t)SIGNAL_INTERFACE << OP_INTERFACE_SHIFT | SIGNAL_SIGNAL << OP_METHOD_SHIFT;

	if ((word & OP_NAME) == signal &&
	    (entry->interface == SIGNAL_INTERFACE || entry->interface == NOTIFICATION_INTERFACE))
		return signal_fast(entry);
	return syscall_slow();
}

static inline void call_fast(uint64_t word, uint64_t target)
{
	const struct cap_entry *entry = find(target);

	if (!likely(entry))
		return syscall_slow();
	if (!likely(entry->flags & CAP_ENDPOINT))
		return invoke_fast(entry, word);
	if (!likely(entry->interface == word >> OP_INTERFACE_SHIFT &&
	            entry->interface != ENDPOINT_INTERFACE))
		return syscall_slow();

	struct endpoint *endpoint = (struct endpoint *)entry->object;
	const struct grant *grant = grant_at(entry->grant);
	const struct list_node *first = endpoint->receivers.next;
	struct thread *receiver = list_entry(first, struct thread, queue);

	if (!likely(first != &endpoint->receivers && grant->in_flight_max == 0 &&
	            switchable(receiver)))
		return syscall_slow();

	/* commit */
	thread->call.state = CALL_SERVED;
	thread->call.endpoint = endpoint;
	thread->call.server = receiver;
	thread->state = THREAD_CALLING;
	list_unlink(&receiver->queue);
	receiver->serving = &thread->call;
	receiver->notified_last = false;
	receiver->context = thread->context; /* the loan */
	become(receiver, OK | (word & (OP_WORDS | OP_NAME)), grant->badge);
}

static inline void reply_wait_fast(uint64_t word, uint64_t waits_at)
{
	const struct cap_entry *entry = find(waits_at);
	const uint64_t status = (word >> OP_METHOD_SHIFT) & 0xffff;
	struct call *call = thread->serving;

	if (!likely(entry && entry->interface == ENDPOINT_INTERFACE && call && !call->ring &&
	            !call->counted && status < STATUS_COUNT))
		return syscall_slow();

	struct endpoint *endpoint = (struct endpoint *)entry->object;
	struct thread *caller = call->thread;

	if (!likely(endpoint == thread->serves && list_empty(&endpoint->callers) &&
	            switchable(caller)))
		return syscall_slow();

	/* commit */
	call->state = CALL_IDLE;
	call->server = NULL;
	thread->serving = NULL;
	thread->context = thread->home; /* the loan's end */
	thread->state = THREAD_RECEIVING;
	thread->waits_at_endpoint = true;
	list_append(&endpoint->receivers, &thread->queue);
	become(caller, status | (word & OP_WORDS), 0);
}

/* With nothing to submit and nothing to wait for, whether the ring is there is all there is to say. */
void ring_enter_fast(uint64_t cap)
{
	register uint64_t submit asm("rbx");
	register uint64_t want asm("r8");
	const struct cap_entry *entry = find(cap);

	asm volatile("" : "=r"(submit), "=r"(want));
	if (!likely(entry && entry->interface == RING_INTERFACE && !(entry->flags & CAP_ENDPOINT) &&
	            ((const struct ring *)entry->object)->domain == thread->domain))
		return syscall_slow();
	if (submit | want)
		return syscall_enter_ring((struct ring *)entry->object);
	syscall_done();
}

void ipc_fast(uint64_t target, uint64_t window, uint64_t deadline, uint64_t word)
{
	/* A number of words above the maximum is carried into the flags. */
	if (!likely((((word | (word + OP_WORDS_EXCESS)) & OP_FLAGS) | (window & WINDOW_RARE) |
	             deadline) == 0))
		return syscall_slow();
	if ((uint8_t)word == SYSCALL_CALL)
		return call_fast(word, target);
	if ((uint8_t)word == SYSCALL_REPLY_WAIT)
		return reply_wait_fast(word, target);
	return syscall_slow();
}
