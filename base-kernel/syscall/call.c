/* SPDX-License-Identifier: MIT */
/*
 * call: invoke an object, the kernel's or a component's, and wait.
 */
#include <kernel/words.h>

#include "invocation.h"
#include "memory/memory.h"
#include "object/call.h"
#include "object/message.h"
#include "sched/sched.h"
#include "syscall.h"

static void read_arguments(struct thread *thread, struct invocation *in)
{
	struct message_side side;
	unsigned count;

	thread_side(thread, &side);
	memory_copy_words(in->words, side.words, IPC_WORDS_MAX);
	count = side.window & WINDOW_SEND_MASK;
#pragma GCC unroll 8
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		in->caps[i].id = i < count ? read_once(side.send->caps[i]) : 0;
}

static void write_results(struct thread *thread, const struct invocation *in)
{
	struct message_side side;

	thread_side(thread, &side);
#pragma GCC unroll 8
	for (unsigned i = 0; i < IPC_WORDS_MAX; i++)
		side.words[i] = i < in->word_count ? in->words[i] : 0;
	for (unsigned i = 0; i < in->cap_count; i++)
		side.receive->caps[i] = in->caps[i].id;
	thread_set_answer(thread, OK | (uint64_t)in->word_count << OP_WORDS_SHIFT, 0,
	                  in->cap_count);
}

/* A method of the kernel's. The caller may be gone afterwards. */
static void invoke(struct thread *thread, const struct cap_entry *entry, uint32_t interface,
                   unsigned method)
{
	struct invocation in = {
		.caller = thread,
		.domain = thread->domain,
		.window = thread->registers.rsi,
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

static void call_endpoint(struct thread *thread, const struct cap_entry *entry)
{
	const enum status status =
		call_send(thread, entry, thread->registers.rax, thread->registers.rdx);

	if (status != OK)
		syscall_answer(thread, status);
}

void syscall_call(struct thread *thread)
{
	const uint64_t word = thread->registers.rax;
	const uint32_t interface = (uint32_t)(word >> OP_INTERFACE_SHIFT);
	const unsigned method = (word >> OP_METHOD_SHIFT) & 0xffff;
	struct cap_entry *entry;
	bool served;
	const enum status status = invocation_target(thread->domain, (cap_t){thread->registers.rdi},
	                                             interface, &entry, &served);

	if (status != OK)
		syscall_answer(thread, status);
	else if (served)
		call_endpoint(thread, entry);
	else
		invoke(thread, entry, interface, method);
}
