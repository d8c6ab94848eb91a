/* SPDX-License-Identifier: MIT */
/*
 * The fast path: a call to a receiver that waits, and the answer to a caller
 * by a server that waits for the next call, in register words and nothing else.
 *
 * Everything that is checked here before the first change sends the caller to
 * the general path, which does the same and all the rarities besides. The
 * message words are never touched: this file is compiled without the registers
 * they stand in, so it calls nothing that is not inline.
 *
 * Left to the general path: capabilities and pages, in-flight limits, ring entries
 * on either side, and what makes a thread `rare`: an armed deadline, a pending
 * notification, vector registers that are open.
 */
#include <abi/syscall.h>
#include <kernel/words.h>

#include "object/cap_table.h"
#include "object/endpoint.h"
#include "object/ring.h"
#include "object/thread.h"
#include "sched/sched.h"
#include "syscall.h"
#include "x86_64/cpu.h"
#include "x86_64/resume.h"

#define OP_FLAGS (OP_PAGED | OP_NO_REPLY | OP_NO_WAIT | OP_RESERVED)
#define OP_WORDS ((uint64_t)OP_WORDS_MASK << OP_WORDS_SHIFT)
#define OP_NAME  (~0xfffful) /* method and interface */

#define WINDOW_RARE (WINDOW_SEND_MASK | (uint64_t)WINDOW_REPLY_SLOT_MASK << WINDOW_REPLY_SLOT_SHIFT)

#define likely(condition) __builtin_expect(!!(condition), 1)

/* The entry of a live capability with exactly this interface, on an endpoint; else NULL. */
static inline struct cap_entry *find(const struct thread *thread, cap_t cap, uint32_t interface)
{
	struct cap_entry *entry;

	if (!likely(cap_table_find(&thread->domain->caps, cap, &entry) == OK))
		return NULL;
	return likely(entry->interface == interface && (entry->flags & CAP_ENDPOINT)) ? entry
	                                                                              : NULL;
}

/* A bound is checked where the words are used: a count above the maximum is not fast. */
static inline bool plain(uint64_t word, uint64_t window, uint64_t deadline)
{
	return !(word & OP_FLAGS) &&
	       (word & OP_WORDS) <= (uint64_t)IPC_WORDS_MAX << OP_WORDS_SHIFT &&
	       !(window & WINDOW_RARE) && deadline == 0;
}

/*
 * Goes on as another thread: FS base and address space are all that differs. The
 * way out (fast_exit in entry.S) clears the other result registers.
 */
static inline struct thread *become(struct thread *from, struct thread *to, uint64_t word,
                                    uint64_t badge)
{
	const uint64_t root = to->domain->pages.root;

	to->registers.rax = word;
	to->registers.rdi = badge;
	from->fs_base = read_fs_base();
	write_fs_base(to->fs_base);
	to->state = THREAD_READY;
	sched_running = to;
	cpu.thread = to;
	cpu.loaded = to;
	if (cpu.root != root) {
		cpu.root = root;
		write_cr3(root);
	}
	return to;
}

static inline struct thread *call_fast(struct thread *thread, uint64_t word, cap_t target)
{
	const struct cap_entry *entry =
		find(thread, target, (uint32_t)(word >> OP_INTERFACE_SHIFT));

	if (!likely(entry))
		return NULL;

	struct endpoint *endpoint = (struct endpoint *)entry->object;
	const struct grant *grant = grant_at(entry->grant);
	const struct list_node *first = endpoint->receivers.next;
	struct thread *receiver = list_entry(first, struct thread, queue);

	if (!likely(first != &endpoint->receivers && grant->in_flight_max == 0 &&
	            thread->rare == 0 && receiver->rare == 0 &&
	            entry->interface != ENDPOINT_INTERFACE))
		return NULL;

	/* commit */
	struct call *call = &thread->call;

	call->state = CALL_SERVED;
	call->counted = false;
	call->endpoint = endpoint;
	call->server = receiver;
	call->badge = grant->badge;
	call->word = word;
	call->grant = entry->grant;
	call->epoch = entry->epoch;
	list_unlink(&receiver->queue);
	thread->state = THREAD_CALLING;
	receiver->serving = call;
	receiver->notified_last = false;
	receiver->context = thread->context; /* the loan */
	return become(thread, receiver, OK | (word & (OP_WORDS | OP_NAME)), grant->badge);
}

static inline struct thread *reply_wait_fast(struct thread *thread, uint64_t word, cap_t waits_at)
{
	const struct cap_entry *entry = find(thread, waits_at, ENDPOINT_INTERFACE);
	const uint64_t status = (word >> OP_METHOD_SHIFT) & 0xffff;
	struct call *call = thread->serving;

	if (!likely(entry && call && !call->ring && !call->counted && status < STATUS_COUNT))
		return NULL;

	struct endpoint *endpoint = (struct endpoint *)entry->object;
	struct thread *caller = call->thread;

	if (!likely(endpoint == thread->serves && list_empty(&endpoint->callers) &&
	            thread->rare == 0 && caller->rare == 0))
		return NULL;

	/* commit */
	call->state = CALL_IDLE;
	call->server = NULL;
	thread->serving = NULL;
	thread->context = thread->home; /* the loan's end */
	thread->state = THREAD_RECEIVING;
	thread->waits_at_endpoint = true;
	list_append(&endpoint->receivers, &thread->queue);
	return become(thread, caller, status | (word & OP_WORDS), 0);
}

/* Nothing to submit, nothing to wait for: whether the ring is there is all there is to say. */
static inline struct thread *ring_enter_fast(struct thread *thread, cap_t cap)
{
	register uint64_t submit asm("rbx");
	register uint64_t want asm("r8");
	struct cap_entry *entry;

	asm volatile("" : "=r"(submit), "=r"(want));
	if (!likely((submit | want) == 0 &&
	            cap_table_find(&thread->domain->caps, cap, &entry) == OK &&
	            entry->interface == RING_INTERFACE && entry->object->type == OBJECT_RING &&
	            ((const struct ring *)entry->object)->domain == thread->domain))
		return NULL;
	thread->registers.rax = OK;
	thread->registers.rdi = 0;
	return thread;
}

struct thread *ipc_fast(unsigned long target, unsigned long window, unsigned long deadline,
                        struct thread *thread)
{
	const uint64_t word = thread->registers.rax;

	if (!likely(plain(word, window, deadline)))
		return NULL;
	switch ((enum syscall)(word & 0xff)) {
	case SYSCALL_CALL: return call_fast(thread, word, (cap_t){target});
	case SYSCALL_REPLY_WAIT: return reply_wait_fast(thread, word, (cap_t){target});
	case SYSCALL_RING_ENTER: return ring_enter_fast(thread, (cap_t){target});
	}
	return NULL;
}
