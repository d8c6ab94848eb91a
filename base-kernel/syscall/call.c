/* SPDX-License-Identifier: MIT */
/*
 * call: invoke an object, the kernel's or a component's, and wait.
 */
#include "object/call.h"
#include "invocation.h"
#include "syscall.h"

/* A method of the kernel's: its words are the caller's registers. The caller may be gone afterwards. */
static void invoke(struct thread *thread, const struct cap_entry *entry)
{
	const uint64_t word = thread->registers.rax, window = thread->registers.rsi;
	const unsigned count = window & WINDOW_SEND_MASK;
	struct invocation in;
	enum status status;

	invocation_init(&in, thread->domain, entry, window);
	in.caller = thread;
	in.by_ring = false;
	in.words = thread->registers.words;
	if ((word & OP_PAGED) || count > IPC_CAPS_MAX) {
		syscall_answer(thread, ERR_BAD_ARG);
		return;
	}
	for (unsigned i = 0; i < count; i++)
		in.caps[i].id = read_once(thread_send_page(thread)->caps[i]);

	status = invocation_run(&in, (uint32_t)(word >> OP_INTERFACE_SHIFT),
	                        (word >> OP_METHOD_SHIFT) & 0xffff);
	if (in.blocks || sched_current() != thread)
		return;
	if (status != OK)
		in.word_count = in.cap_count = 0;
	for (unsigned i = 0; i < in.cap_count; i++)
		thread_receive_page(thread)->caps[i] = in.caps[i].id;
	thread_set_answer(thread, status | (uint64_t)in.word_count << OP_WORDS_SHIFT, 0,
	                  in.cap_count);
}

void syscall_call(struct thread *thread)
{
	const uint64_t word = thread->registers.rax;
	struct cap_entry *entry;
	bool served;
	enum status status =
		invocation_target(thread->domain, (cap_t){thread->registers.rdi},
	                          (uint32_t)(word >> OP_INTERFACE_SHIFT), &entry, &served);

	if (status == OK && !served) {
		invoke(thread, entry);
		return;
	}
	if (status == OK)
		status = call_send(thread, entry, word, thread->registers.rdx);
	if (status == ERR_GONE)
		syscall_answer(thread, invocation_gone(thread->domain,
		                                       (cap_t){thread->registers.rdi}, word));
	else if (status != OK)
		syscall_answer(thread, status);
}
