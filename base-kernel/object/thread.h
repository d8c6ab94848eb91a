/* SPDX-License-Identifier: MIT */
/*
 * Thread: registers, message pages, and the one thing it waits for.
 *
 *   stopped -> ready <-> receiving, calling, ring_waiting, futex_waiting
 *                 |-> faulted (until resumed)
 *                 |-> exited
 *
 * `thread_unblock` is the one way out of a wait: it leaves the queues the wait
 * had put the thread in. A ready thread is either the current one or in the
 * ready list of its context.
 *
 * Loan: a thread runs on its home context, or on that of the caller it serves
 * as long as that caller waits. When the wait ends for any reason, the lender
 * has its own back and the server, with all it has called in turn, goes on at
 * its home. A detached thread has no home: it is then parked (ready, without a
 * context), until a call that is queued at a passive endpoint it serves lends
 * it one; if it waits itself in a queue, its call is cancelled. model/ipc.pml
 * explores all of this.
 */
#pragma once

#include <abi/status.h>
#include <abi/syscall.h>
#include <stdbool.h>
#include <stdint.h>

#include "call.h"
#include "domain.h"
#include "futex.h"
#include "message.h"
#include "object.h"
#include "sched/timeout.h"
#include "x86_64/frame_offsets.h"

enum thread_state {
	THREAD_STOPPED,
	THREAD_READY,
	THREAD_RECEIVING,
	THREAD_CALLING,
	THREAD_RING_WAITING,
	THREAD_FUTEX_WAITING,
	THREAD_FAULTED,
	THREAD_EXITED,
};

enum { THREAD_PAGES_MIN = 1 };

enum { THREAD_RARE_VECTOR = 0xff }; /* of `rare`: open vector registers alone */

/* Registers in the order the entry code stores them; see x86_64/entry.S. */
struct registers {
	uint64_t rax, rdi, rsi, rdx;
	uint64_t words[IPC_WORDS_MAX]; /* rbx r8 r9 r10 r12 r13 r14 r15 */
	uint64_t rbp, rcx, r11;
	uint64_t rip, rflags, rsp;
};

struct fault_record {
	uint8_t kind; /* enum fault_kind of the kernel's schema; 0: none */
	bool write;
	bool execute;
	uint64_t address;
};

struct sched_context;
struct notification;
struct ring;

struct thread {
	struct object object;
	/* used by the entry code, offsets in x86_64/frame_offsets.h */
	struct registers registers;
	uint64_t fs_base;
	bool full_frame; /* return with all registers, not as from a system call */

	enum thread_state state;
	/* What the fast path leaves to the general one: all of it is false, or `rare` is not 0. */
	union {
		struct {
			bool vector_open; /* has used vector registers since its last voluntary switch; entry.S */
			bool vector_saved; /* its vector state is in `vector` */
			bool deadline_armed;
			bool notified;  /* its notification has bits that it has not received */
			bool detaching; /* its home ends with the next wait */
			bool paging;    /* calling: the kernel called the pager for it */
			bool stranded;  /* calling: its context has gone meanwhile */
			bool boosted; /* runs before others that are more urgent than its lender */
		};
		uint64_t rare;
	};
	bool waits_at_endpoint; /* receiving: it is in the queue of `serves` */
	bool notified_last;     /* what it received last was a notification */
	uint32_t id;            /* unique in its domain, for people */

	struct domain *domain;
	struct list_node of_domain;
	struct message_page *pages[IPC_PAGES_MAX];
	unsigned page_count;
	struct shared_range page_range;
	void *vector;

	struct sched_context *home;
	struct sched_context *context; /* home, or lent */
	struct list_node ready;        /* in its context's ready list */
	struct list_node of_home;      /* in its home's list of threads */
	struct call *lender;           /* a queued or kept call whose caller lends the context */
	struct endpoint *serves;       /* the endpoint it received from last, or NULL */
	struct list_node of_endpoint;  /* in its servers */

	struct list_node
		queue;    /* receiving: in the endpoint's receivers; futex_waiting: see futex.h */
	struct call call; /* as a caller */
	struct call *serving; /* as a server: to be answered by reply_wait */
	struct notification *notification;
	struct ring *ring; /* ring_waiting: for this one; ready: runs what is due there first */

	struct timeout timeout;

	uint64_t futex_offset; /* futex_waiting: for the word there */
	uint64_t swept;        /* waiting: who has looked at it last, see sever.c */

	/* what it has to do in the kernel before it goes on, see finish.h */
	bool unfinished;
	bool again;         /* its system call, which has done a part of it */
	uint32_t taken;     /* in ring_enter: entries so far */
	uint32_t finishing; /* a grant that it has made dying, in `finishing_epoch` */
	uint32_t finishing_epoch;
	struct list_node doomed; /* struct grant.doomed: further ones */

	struct fault_record fault;
	uint64_t fault_words[IPC_WORDS_MAX]; /* paging: the message */
};

struct thread_request {
	struct domain *domain;
	struct sched_context *home;
	vaddr_t entry, stack, argument, message_address;
	unsigned message_pages;
};

enum status thread_init(struct thread *thread, const struct thread_request *request);
void thread_fini(struct thread *thread);

void thread_start(struct thread *thread);
void thread_stop(struct thread *thread);
enum status thread_resume_fault(struct thread *thread);
/* The current thread's end; its memory stays until its owner drops it. */
void thread_exit(struct thread *thread);
__attribute__((cold)) void thread_fault(struct thread *thread, struct fault_record fault);

/* Makes a thread ready that is in no queue. */
void thread_ready(struct thread *thread);
/* Leaves whatever it waits in, queues and timeout; the state is then THREAD_STOPPED. */
void thread_unblock(struct thread *thread);
/* Ends its wait with an answer; false: it faulted and its pager did not help, so that it is not to run. */
bool thread_end_wait(struct thread *thread, uint64_t word, unsigned caps);
/* Ends its wait with a status and no message. */
void thread_wake(struct thread *thread, enum status status);
/* The server's loan is over: back to its home context, and what it called with it. */
void thread_end_loan(struct thread *server);
/* The call's caller lends its context to the server and what it has called, until the call is taken. */
void thread_borrow(struct thread *server, struct call *call);
/* A ready thread without a context: the callers that wait for it, directly or not, are asked for theirs. */
void thread_seek_lender(struct thread *thread);
/* Whether the end of the server's chain of calls is ready and stands still for want of a context. */
bool thread_parked(const struct thread *server);
/* It receives from this endpoint from now on; NULL: from none. */
void thread_serves(struct thread *thread, struct endpoint *endpoint);
/* Takes the home away at once; the thread is about to wait. */
void thread_leave_home(struct thread *thread);

/* The page its system call named for sending or receiving. */
static inline struct message_page *thread_send_page(const struct thread *thread)
{
	return thread->pages[thread->registers.rsi >> WINDOW_SEND_PAGE_SHIFT & WINDOW_PAGE_MASK];
}
static inline struct message_page *thread_receive_page(const struct thread *thread)
{
	return thread->pages[thread->registers.rsi >> WINDOW_RECEIVE_PAGE_SHIFT & WINDOW_PAGE_MASK];
}
/* The thread's side of a transfer; the window is the one its system call named. */
static inline void thread_side(struct thread *thread, struct message_side *out_side)
{
	*out_side = (struct message_side){
		.domain = thread->domain,
		.words = thread->registers.words,
		.send = thread_send_page(thread),
		.receive = thread_receive_page(thread),
		.window = thread->registers.rsi,
	};
}
static inline void thread_set_answer(struct thread *thread, uint64_t word, uint64_t badge,
                                     unsigned caps)
{
	thread->registers.rax = word;
	thread->registers.rdi = badge;
	thread->registers.rsi = caps;
	thread->registers.rdx = 0;
}
void thread_set_notification(struct thread *thread, uint64_t bits);
