/* SPDX-License-Identifier: MIT */
#include "thread.h"

#include "boot/panic.h"
#include "endpoint.h"
#include "finish.h"
#include "memory/frame.h"
#include "notification.h"
#include "ring.h"
#include "sched/sched.h"
#include "sched_context.h"
#include "x86_64/vector.h"

enum status thread_init(struct thread *thread, const struct thread_request *request)
{
	struct account *account = thread->object.account;
	const uint64_t page_bytes = (uint64_t)request->message_pages << PAGE_SHIFT;
	paddr_t pages[IPC_PAGES_MAX];

	if (request->message_pages < THREAD_PAGES_MIN || request->message_pages > IPC_PAGES_MAX)
		return ERR_BAD_ARG;
	if (request->entry > USER_ADDRESS_MAX || request->stack > USER_ADDRESS_MAX)
		return ERR_BAD_ARG;

	thread->vector = heap_alloc(account, VECTOR_BYTES);
	if (!thread->vector)
		return ERR_OUT_OF_RAM;

	enum status status = ERR_OUT_OF_RAM;

	if (!account_charge_ram(account, page_bytes))
		goto fail_charge;
	for (unsigned i = 0; i < request->message_pages; i++) {
		pages[i] = frame_alloc_charged();
		thread->pages[i] = paddr_to_pointer(pages[i]);
	}
	thread->page_count = request->message_pages;
	status = domain_share(request->domain, &thread->page_range, request->message_address, pages,
	                      request->message_pages);
	if (status != OK)
		goto fail_share;

	thread->domain = request->domain;
	thread->id = ++request->domain->thread_ids;
	thread->home = thread->context = request->home;
	thread->call.thread = thread;
	list_init(&thread->doomed);
	thread->full_frame = true;
	thread->registers.rip = request->entry;
	thread->registers.rsp = request->stack;
	thread->registers.rdi = request->argument;
	thread->registers.rsi = request->message_address;
	thread->registers.rdx = request->message_pages;
	thread->registers.rflags = RFLAGS_USER;
	list_append(&request->domain->threads, &thread->of_domain);
	list_append(&request->home->threads, &thread->of_home);
	return OK;

fail_share:
	for (unsigned i = 0; i < request->message_pages; i++)
		frame_free(pages[i]);
	account_refund_ram(account, page_bytes);
fail_charge:
	heap_free(account, thread->vector, VECTOR_BYTES);
	return status;
}

/* The calls it serves get ERR_GONE, its own call is taken back. */
static void leave_everything(struct thread *thread)
{
	thread_unblock(thread);
	if (thread->serving)
		call_fail(thread->serving, ERR_GONE);
	thread_end_loan(thread);
}

void thread_fini(struct thread *thread)
{
	struct account *account = thread->object.account;

	leave_everything(thread);
	finish_abandon(thread);
	thread_serves(thread, NULL);
	sched_forget(thread);
	if (thread->notification)
		notification_unbind(thread->notification);
	list_remove(&thread->of_domain);
	list_remove(&thread->of_home);
	domain_unshare(thread->domain, &thread->page_range); /* so few pages are one step */
	for (unsigned i = 0; i < thread->page_count; i++)
		frame_free(pointer_to_paddr(thread->pages[i]));
	account_refund_ram(account, (uint64_t)thread->page_count << PAGE_SHIFT);
	heap_free(account, thread->vector, VECTOR_BYTES);
}

void thread_start(struct thread *thread)
{
	if (thread->state == THREAD_STOPPED)
		thread_ready(thread);
}

void thread_stop(struct thread *thread)
{
	if (thread->state == THREAD_EXITED || thread->state == THREAD_FAULTED)
		return;

	const bool waits = thread->unfinished || thread->ring ||
	                   (thread->state != THREAD_READY && thread->state != THREAD_STOPPED);

	if (waits && !thread->paging)
		thread_set_answer(thread, ERR_CANCELLED, 0, 0);
	thread_unblock(thread);
	finish_abandon(thread);
}

enum status thread_resume_fault(struct thread *thread)
{
	if (thread->state != THREAD_FAULTED)
		return ERR_NOT_NOW;
	thread->fault = (struct fault_record){0};
	thread->state = THREAD_STOPPED;
	thread_ready(thread);
	return OK;
}

void thread_exit(struct thread *thread)
{
	leave_everything(thread);
	thread->state = THREAD_EXITED;
}

void thread_fault(struct thread *thread, struct fault_record fault)
{
	thread_unblock(thread);
	thread->state = THREAD_FAULTED;
	thread->fault = fault;
	/* Core has no parent: it must not fault, or nothing could ever be said again. */
	if (!signal_source_signal(&thread->domain->faulted) &&
	    !thread->domain->object.account->parent)
		panic_core(thread->registers.rip, thread->registers.rbp, fault.address);
}

void thread_ready(struct thread *thread)
{
	thread->state = THREAD_READY;
	sched_enqueue(thread);
}

static void leave_ring(struct thread *thread)
{
	if (thread->ring)
		thread->ring->waiter = NULL;
	thread->ring = NULL;
	thread->unfinished = thread->finishing || !list_empty(&thread->doomed);
}

void thread_unblock(struct thread *thread)
{
	switch (thread->state) {
	case THREAD_STOPPED:
	case THREAD_FAULTED:
	case THREAD_EXITED: return;
	case THREAD_READY:
		sched_dequeue(thread);
		leave_ring(thread);
		break;
	case THREAD_RECEIVING:
		if (thread->waits_at_endpoint)
			list_unlink(&thread->queue);
		break;
	case THREAD_CALLING:
		call_withdraw(&thread->call);
		thread->paging = false;
		break;
	case THREAD_RING_WAITING: leave_ring(thread); break;
	case THREAD_FUTEX_WAITING: list_unlink(&thread->queue); break;
	}
	timeout_disarm(thread);
	thread->state = THREAD_STOPPED;
}

bool thread_end_wait(struct thread *thread, uint64_t word, unsigned caps)
{
	const bool paging = thread->paging;

	thread_unblock(thread);
	if (!paging) {
		thread_set_answer(thread, word, 0, caps);
		return true;
	}
	/* Its registers are those of the access, which it tries again. */
	if ((word & 0xff) == OK || (word & 0xff) == ERR_CANCELLED) {
		thread->fault = (struct fault_record){0};
		return true;
	}
	thread_fault(thread, thread->fault);
	return false;
}

void thread_wake(struct thread *thread, enum status status)
{
	if (thread_end_wait(thread, status, 0))
		thread_ready(thread);
}

/* Changes the context of a thread, wherever it stands. */
static void set_context(struct thread *thread, struct sched_context *context)
{
	const bool waits_for_cpu = thread->state == THREAD_READY && thread != sched_current();

	if (waits_for_cpu)
		sched_dequeue(thread);
	thread->context = context;
	sched_attention = true;
	thread->stranded = !context && thread->state == THREAD_CALLING;
	if (waits_for_cpu)
		sched_enqueue(thread);
}

static void forget_lender(struct thread *server)
{
	if (server->lender)
		server->lender->lent_to = NULL;
	server->lender = NULL;
}

/* The thread that `thread` waits for, or that it lends its context to meanwhile. */
static struct thread *callee_of(const struct thread *thread)
{
	if (thread->state != THREAD_CALLING)
		return NULL;
	return thread->call.server ? thread->call.server : thread->call.lent_to;
}

/* A queued call without a context is taken back: it could lend nothing to whom it waits for. */
static void cancel_stranded(struct thread *thread, struct thread *next)
{
	if (!thread->stranded || thread->call.state != CALL_QUEUED)
		return;
	if (next)
		forget_lender(next);
	call_fail(&thread->call, ERR_CANCELLED);
}

/*
 * All that runs on the server's context through this server runs on another from here on; where
 * there is none, on that of the first in the chain that has a home.
 */
static void move_chain(struct thread *server, struct sched_context *context)
{
	struct sched_context *before = server->context;
	struct thread *next;

	for (struct thread *at = server; at && at->context == before; at = next) {
		next = callee_of(at);
		if (!context)
			context = at->home;
		set_context(at, context);
		cancel_stranded(at, next);
	}
}

void thread_end_loan(struct thread *server)
{
	struct endpoint *lender_waits_at = server->lender ? server->lender->endpoint : NULL;

	forget_lender(server);
	if (server->context != server->home)
		move_chain(server, server->home);
	if (lender_waits_at)
		endpoint_lend(lender_waits_at);
}

void thread_borrow(struct thread *server, struct call *call)
{
	forget_lender(server);
	server->lender = call;
	call->lent_to = server;
	if (server->context != call->thread->context)
		move_chain(server, call->thread->context);
}

void thread_seek_lender(struct thread *thread)
{
	const struct call *call;

	for (const struct thread *at = thread; at && !thread->context;
	     at = call ? call->thread : NULL) {
		if (at->serves)
			endpoint_lend(at->serves);
		call = at->serving ? at->serving : at->lender;
	}
}

bool thread_parked(const struct thread *server)
{
	const struct thread *at = server;

	while (callee_of(at))
		at = callee_of(at);
	return at->state == THREAD_READY && !at->context && at != sched_current();
}

void thread_serves(struct thread *thread, struct endpoint *endpoint)
{
	if (thread->serves == endpoint)
		return;
	list_remove(&thread->of_endpoint);
	thread->serves = endpoint;
	if (endpoint)
		list_append(&endpoint->servers, &thread->of_endpoint);
}

void thread_leave_home(struct thread *thread)
{
	list_remove(&thread->of_home);
	thread->home = NULL;
	thread->detaching = false;
}

void thread_set_notification(struct thread *thread, uint64_t bits)
{
	thread_set_answer(thread, OK | OP_NOTIFICATION, bits, 0);
	thread->notified = false;
	thread->notified_last = true;
}
