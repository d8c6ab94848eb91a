/* SPDX-License-Identifier: MIT */
#include "ring_owner.h"

#include <check.h>

#include "object/finish.h"
#include "object/ring_index.h"
#include "object/ring_work.h"
#include "sched/sched.h"
#include "syscall/ring_submit.h"
#include "world.h"

void ring_owner_init(struct ring_owner *owner, struct account *account, struct domain *domain,
                     vaddr_t address)
{
	struct ring *ring = world_object(account, OBJECT_RING);

	owner->completed = world_notification(account);

	const struct ring_request request = {
		.domain = domain,
		.completed = owner->completed,
		.bits = 1,
		.address = address,
		.entries = OWNER_ENTRIES,
		.buffers = OWNER_BUFFERS,
	};

	ck_assert_int_eq(ring_init(ring, &request), OK);
	owner->ring = ring;
}

struct ring_header *ring_owner_header(const struct ring_owner *owner)
{
	return paddr_to_pointer(owner->ring->pages[0]);
}

struct ring_submission *ring_owner_submission(const struct ring_owner *owner, uint32_t index)
{
	return (struct ring_submission *)paddr_to_pointer(owner->ring->pages[1]) +
	       index % OWNER_ENTRIES;
}

struct message_page *ring_owner_buffer(const struct ring_owner *owner, unsigned index)
{
	return paddr_to_pointer(
		owner->ring->pages[owner->ring->page_count - OWNER_BUFFERS + index]);
}

void ring_owner_put(const struct ring_owner *owner, struct ring_submission entry)
{
	*ring_owner_submission(owner, ring_owner_header(owner)->submission_tail++) = entry;
}

unsigned ring_owner_enter(const struct ring_owner *owner)
{
	static struct thread nobody; /* where the test has no thread run */
	struct thread *before = sched_current();
	struct thread *thread = before ? before : &nobody;
	unsigned taken;

	list_init(&nobody.doomed);
	sched_running = thread;
	taken = ring_run(owner->ring, OWNER_ENTRIES);
	/* As the way out of the kernel does: first what is long, then on with the entries. */
	while (sched_current() == thread && thread->unfinished) {
		thread->again = true;
		while (finish_steps(thread))
			;
		thread->again = false;
		taken += ring_run(owner->ring, OWNER_ENTRIES);
	}
	if (!before)
		sched_running = NULL;
	return taken;
}

struct ring_completion ring_owner_take(const struct ring_owner *owner)
{
	const struct ring_completion *completions =
		paddr_to_pointer(owner->ring->pages[ring_index_completion_page(OWNER_ENTRIES)]);
	struct ring_header *header = ring_owner_header(owner);

	ck_assert_uint_ne(header->completion_tail, header->completion_head);
	return completions[header->completion_head++ % (2 * OWNER_ENTRIES)];
}

struct ring_completion ring_owner_expect(const struct ring_owner *owner, uint64_t user_data,
                                         enum status status)
{
	const struct ring_completion completion = ring_owner_take(owner);

	ck_assert_uint_eq(completion.user_data, user_data);
	ck_assert_int_eq((enum status)(completion.word & 0xff), status);
	return completion;
}

void ring_owner_expect_none(const struct ring_owner *owner)
{
	ck_assert_uint_eq(ring_completions(owner->ring), 0);
}

bool ring_owner_idle(const struct ring_owner *owner)
{
	for (unsigned i = 0; i < OWNER_ENTRIES; i++) {
		if (owner->ring->works[i].state != RING_WORK_FREE ||
		    owner->ring->works[i].timeout.armed.key != 0)
			return false;
	}
	return owner->ring->pending == 0 && list_empty(&owner->ring->due);
}
