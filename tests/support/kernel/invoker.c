/* SPDX-License-Identifier: MIT */
#include "invoker.h"

#include "world.h"

enum { SENT = 4 }; /* no method has more */

uint64_t *invoker_begin(struct invoker *invoker, cap_t target, uint32_t interface, unsigned method)
{
	world_prepare_call(invoker->thread, target, interface, (uint16_t)method, IPC_WORDS_MAX);
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		invoker->sent[i] = CAP_NULL;
	return invoker->thread->registers.words;
}

enum status invoker_finish(struct invoker *invoker)
{
	struct thread *thread = invoker->thread;

	if (invoker->slot == 0)
		invoker->slot = INVOKER_SLOT;
	for (unsigned i = 0; i < SENT; i++)
		thread->pages[0]->caps[i] = invoker->sent[i].id;
	thread->registers.rsi |=
		SENT | 1ull << WINDOW_OPEN_SHIFT | (uint64_t)invoker->slot << WINDOW_FIRST_SHIFT;
	(void)world_syscall(thread);
	if (world_answer(thread) == OK && thread->registers.rsi > 0) {
		invoker->result.id = thread->pages[1]->caps[0];
		invoker->slot++;
	}
	return world_answer(thread);
}
