/* SPDX-License-Identifier: MIT */
/*
 * call: invoke an object, the kernel's or a component's, and wait.
 */
#include <kernel/words.h>

#include "invocation.h"
#include "memory/memory.h"
#include "object/message.h"
#include "object/endpoint.h"
#include "object/ring.h"
#include "sched/sched.h"
#include "sched/timeout.h"
#include "syscall.h"
#include "x86_64/clock.h"

static void read_arguments(struct thread *thread, struct invocation *in)
{
	struct message_side side;
	unsigned count;

	thread_side(thread, &side);
	memory_copy_words(in->words, side.words, IPC_WORDS_MAX);
	count = side.window & WINDOW_SEND_MASK;
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		in->caps[i].id = i < count ? read_once(side.send->caps[i]) : 0;
}

static void write_results(struct thread *thread, const struct invocation *in)
{
	struct message_side side;

	thread_side(thread, &side);
	for (unsigned i = 0; i < IPC_WORDS_MAX; i++)
		side.words[i] = i < in->word_count ? in->words[i] : 0;
	for (unsigned i = 0; i < in->cap_count; i++)
		side.receive->caps[i] = in->caps[i].id;
	thread_set_answer(thread, OK | (uint64_t)in->word_count << OP_WORDS_SHIFT, 0, in->cap_count);
}

/* A method of the kernel's. The caller may be gone afterwards. */
static void invoke(struct thread *thread, const struct cap_entry *entry, uint32_t interface,
		   unsigned method)
{
	struct invocation in = {
		.caller = thread,
		.object = entry ? entry->object : NULL,
		.entry = entry,
	};

	if (thread->registers.rax & OP_PAGED) {
		syscall_answer(thread, ERR_BAD_ARG);
		return;
	}
	read_arguments(thread, &in);

	const enum status status = invocation_run(&in, interface, method);

	if (in.blocks || sched_current() != thread)
		return;
	if (status == OK)
		write_results(thread, &in);
	else
		syscall_answer(thread, status);
}

/* Hands the message to a receiver that waits; false if the receiver is to go on waiting. */
static enum status deliver(struct thread *caller, struct thread *receiver)
{
	struct message_side from, to;
	struct message_result result;
	const uint64_t word = caller->call.word;

	thread_side(caller, &from);
	thread_side(receiver, &to);

	const enum status status = message_transfer(&from, word, &to, &result);

	if (status != OK)
		return status;
	thread_unblock(receiver);
	thread_set_answer(receiver, OK | result.word | (word & ~0xfffful), caller->call.badge, result.caps);
	receiver->serving = &caller->call;
	receiver->notified_last = false;
	receiver->context = caller->context; /* the loan */
	return OK;
}

static void call_endpoint(struct thread *thread, const struct cap_entry *entry)
{
	struct endpoint *endpoint = (struct endpoint *)entry->object;
	const uint64_t deadline = thread->registers.rdx;
	struct call *call = &thread->call;
	struct list_node *first = list_first(&endpoint->receivers);
	enum status status;

	if (deadline && deadline <= clock_now()) {
		syscall_answer(thread, ERR_TIMEOUT);
		return;
	}
	status = call_begin(call, entry, thread->registers.rax);
	if (status != OK) {
		syscall_answer(thread, status);
		return;
	}
	call->state = CALL_QUEUED;
	list_append(&endpoint->callers, &call->queue);
	if (first) {
		struct thread *receiver = list_entry(first, struct thread, queue);

		status = deliver(thread, receiver);
		if (status != OK) {
			call_withdraw(call);
			syscall_answer(thread, status);
			return;
		}
		list_remove(&call->queue);
		call->state = CALL_SERVED;
		call->server = receiver;
		sched_block_current();
		thread->state = THREAD_CALLING;
		timeout_arm(thread, deadline);
		sched_switch_to(receiver);
		return;
	}
	sched_block_current();
	thread->state = THREAD_CALLING;
	timeout_arm(thread, deadline);
	ring_offer(endpoint);
	if (endpoint->passive)
		endpoint_lend(endpoint);
}

void syscall_call(struct thread *thread)
{
	const uint64_t word = thread->registers.rax;
	const uint32_t interface = (uint32_t)(word >> OP_INTERFACE_SHIFT);
	const unsigned method = (word >> OP_METHOD_SHIFT) & 0xffff;
	const cap_t target = {thread->registers.rdi};
	struct cap_entry *entry;

	if (!cap_valid(target)) {
		if (interface == SELF_INTERFACE)
			invoke(thread, NULL, interface, method);
		else
			syscall_answer(thread, ERR_UNSUPPORTED);
		return;
	}

	const enum status status = cap_table_find(&thread->domain->caps, target, &entry);

	if (status != OK) {
		syscall_answer(thread, status);
		return;
	}

	const bool offered = grant_interface_position(grant_at(entry->grant), interface) >= 0;
	const bool full_endpoint = entry->interface == ENDPOINT_INTERFACE;

	if (entry->object->type == OBJECT_ENDPOINT && interface != ENDPOINT_INTERFACE &&
	    (offered || full_endpoint))
		call_endpoint(thread, entry);
	else if (offered)
		invoke(thread, entry, interface, method);
	else
		syscall_answer(thread, ERR_UNSUPPORTED);
}
