/* SPDX-License-Identifier: MIT */
/*
 * Rings: entries of any kind, and indices that say there are more of them, or fewer than none.
 */
#include <abi/ring.h>
#include <kernel/client.h>
#include <parent/words.h>

#include "attacks.h"

#define RINGS_ADDRESS 0x7000000ul
#define RINGS_STEP    0x40000ul

enum { RINGS = 3, ENTRIES = 8, BUFFERS = 4, BUFFER_PAGE = 3 };

static struct { /* of the main thread alone: another one could take the pages away under it */
	cap_t notification, signal, ring;
} rings[RINGS];

static void *ring_page(unsigned ring, unsigned page)
{
	return (void *)(RINGS_ADDRESS + ring * RINGS_STEP + page * 4096ul);
}

static void destroy(struct attacker *attacker, unsigned ring)
{
	struct ipc *ipc = &attacker->env->ipc;

	ipc_drop(ipc, rings[ring].ring);
	ipc_drop(ipc, rings[ring].signal);
	ipc_drop(ipc, rings[ring].notification);
	rings[ring].ring = rings[ring].signal = rings[ring].notification = CAP_NULL;
}

static enum status create(struct attacker *attacker, unsigned ring)
{
	struct env *env = attacker->env;
	const struct notification_facet_params facet = {.account = env->account, .bits = 1};
	struct charge_create_notification_results notification;
	struct notification_facet_results signal;
	struct charge_create_ring_results made;
	enum status status = charge_create_notification(&env->ipc, env->account, &notification);

	if (status != OK)
		return status;
	rings[ring].notification = notification.notification;
	status = notification_facet(&env->ipc, notification.notification, &facet, &signal);
	if (status != OK)
		return status;
	rings[ring].signal = signal.signal;

	const struct charge_create_ring_params params = {
		.domain = env->space,
		.address = (uintptr_t)ring_page(ring, 0),
		.entries = ENTRIES,
		.buffers = BUFFERS,
		.completed = signal.signal,
	};

	status = charge_create_ring(&env->ipc, env->account, &params, &made);
	if (status == OK)
		rings[ring].ring = made.ring;
	return status;
}

static struct ring_submission some_submission(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	const struct hoard_entry *entry = hoard_pick_entry(attacker->hoard, random);
	struct ring_submission submission = {
		.op = (uint8_t)(random_one_in(random, 8) ? random_next(random)
	                                                 : random_below(random, RING_OP_COUNT)),
		.flags = (uint8_t)(random_one_in(random, 8) ? random_next(random)
	                                                    : random_below(random, RING_FLAGS + 1)),
		.send_buffer = (uint16_t)(random_one_in(random, 8) ? random_any(random)
	                                                           : random_below(random, BUFFERS)),
		.receive_buffer =
			(uint16_t)(random_one_in(random, 8) ? random_any(random)
	                                                    : random_below(random, BUFFERS)),
		.user_data = random_next(random),
		.target = entry ? entry->cap.id : random_any(random),
		.word = random_below(random, 9) << OP_WORDS_SHIFT |
	                (random_next(random) & (OP_PAGED | 0x7)) |
	                (uint64_t)random_below(random, 7) << OP_METHOD_SHIFT |
	                (entry ? (uint64_t)entry->interface << OP_INTERFACE_SHIFT : 0),
		.window = random_below(random, 3) |
	                  (uint64_t)random_below(random, 3) << WINDOW_OPEN_SHIFT |
	                  (uint64_t)hoard_window(attacker->hoard, random, 2) << WINDOW_FIRST_SHIFT,
		.call = random_below(random, ENTRIES + 2) | (uint64_t)random_below(random, 8) << 32,
		.deadline = random_any(random),
	};

	/* What it needs itself is not let go of. */
	if (submission.op == RING_RELEASE && cap_slot((cap_t){submission.target}) < HOARD_FIRST)
		submission.op = RING_NOP;
	/* Nor does it leave by this door, or start a thread that it has not meant to start. */
	if (submission.word >> OP_INTERFACE_SHIFT == PARENT_INTERFACE ||
	    submission.word >> OP_INTERFACE_SHIFT == THREAD_INTERFACE)
		submission.word |= (uint64_t)0xf << OP_METHOD_SHIFT;
	return submission;
}

static void fill(struct attacker *attacker, unsigned ring)
{
	struct ring_submission *submissions = ring_page(ring, 1);

	for (unsigned i = 0; i < ENTRIES; i++)
		submissions[i] = some_submission(attacker);
	for (unsigned i = 0; i < BUFFERS; i++) {
		struct message_page *buffer = ring_page(ring, BUFFER_PAGE + i);

		buffer->size = random_below(&attacker->random, 4100);
		for (unsigned k = 0; k < IPC_CAPS_MAX; k++)
			buffer->caps[k] = hoard_pick(attacker->hoard, &attacker->random).id;
	}
}

static void turn_indices(struct attacker *attacker, unsigned ring)
{
	struct random *random = &attacker->random;
	volatile struct ring_header *header = ring_page(ring, 0);

	header->submission_tail =
		random_one_in(random, 3)
			? (uint32_t)random_any(random)
			: header->submission_head + random_below(random, ENTRIES + 1);
	header->completion_head =
		random_one_in(random, 3) ? (uint32_t)random_any(random) : header->completion_tail;
	if (random_one_in(random, 4))
		header->submission_head = (uint32_t)random_any(random);
	if (random_one_in(random, 4))
		header->completion_tail = (uint32_t)random_any(random);
}

/* What has come in through a buffer is to be lost again some day. */
static void adopt_received(struct attacker *attacker, unsigned ring)
{
	const struct message_page *buffer =
		ring_page(ring, BUFFER_PAGE + random_below(&attacker->random, BUFFERS));

	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		shot_adopt(attacker, (cap_t){buffer->caps[i]});
}

void attack_ring(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	const unsigned ring = random_below(random, RINGS);
	struct shot shot = {.word = SYSCALL_RING_ENTER};

	if (!cap_valid(rings[ring].ring) || random_one_in(random, 50)) {
		destroy(attacker, ring);
		if (create(attacker, ring) != OK)
			destroy(attacker, ring);
		return;
	}
	fill(attacker, ring);
	turn_indices(attacker, ring);
	shot.target = rings[ring].ring;
	shot.words[0] = random_one_in(random, 6) ? random_any(random) : ENTRIES;
	shot.words[1] = random_one_in(random, 4) ? random_below(random, 2 * ENTRIES + 2) : 0;
	(void)shot_fire(attacker, &shot);
	adopt_received(attacker, ring);
}
