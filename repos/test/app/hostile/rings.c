/* SPDX-License-Identifier: MIT */
/*
 * Rings: entries of any kind, and indices that say there are more of them, or fewer than none.
 */
#include <abi/ring.h>
#include <kernel/client.h>
#include <parent/words.h>
#include <string.h>

#include "attacks.h"
#include "catalogue.h"
#include "coverage.h"

#define RINGS_ADDRESS 0x7000000ul
#define RINGS_STEP    0x40000ul

enum {
	RINGS = 3,
	RING_KEPT =
		0, /* for as long as the attacker lives, so that another thread may write there */
	ENTRIES = 8,
	BUFFERS = 4,
	COMPLETION_PAGE = 2,
	BUFFER_PAGE = 3,
	METHOD_SHIFT = 8, /* in user_data, behind the kind of entry */
	SEGMENT_BYTES = 256,
	DEADLINE_SPREAD_NS = 500000
};

static struct { /* of the main thread alone, but for the pages of the one that is kept */
	cap_t notification, signal, ring;
} rings[RINGS];

static uint64_t received[RINGS]; /* the call that a RECV has brought last */

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

static uint64_t some_deadline(struct attacker *attacker)
{
	struct random *random = &attacker->random;

	return random_one_in(random, 8) ? random_any(random)
	                                : attacker->now + random_below(random, DEADLINE_SPREAD_NS);
}

/*
 * Calls that would end the attacker itself. They are told by the one word that cannot be mixed with
 * that of another entry while two threads write.
 */
static bool left_out(uint64_t word)
{
	const uint16_t method = (uint16_t)(word >> OP_METHOD_SHIFT);

	switch ((uint32_t)(word >> OP_INTERFACE_SHIFT)) {
	case SELF_INTERFACE: return method == SELF_DROP || method == SELF_REVOKE;
	case SPACE_INTERFACE: return method == SPACE_UNMAP || method == SPACE_GROW_TABLE;
	case THREAD_INTERFACE: return method == THREAD_START || method == THREAD_RESUME;
	case PARENT_INTERFACE: return method == PARENT_EXIT || method == PARENT_CLOSE;
	default: return false;
	}
}

/* A method like any other; what it carries is in the first page, and goes into the buffer. */
static void make_call(struct attacker *attacker, unsigned ring, struct ring_submission *entry)
{
	struct message_page *buffer = ring_page(ring, BUFFER_PAGE + entry->send_buffer % BUFFERS);
	unsigned method;
	const struct shot shot = methods_make(attacker, &method);

	entry->word =
		left_out(shot.word) ? (uint64_t)SELF_YIELD << OP_METHOD_SHIFT : shot.word & ~0xfful;
	entry->target = shot.target.id;
	entry->window = shot.window & ~((uint64_t)0xff << WINDOW_MOVE_SHIFT);
	entry->user_data |= (uint64_t)(shot_counts(attacker, &shot) ? method : CATALOGUE_NONE)
	                    << METHOD_SHIFT;
	for (unsigned i = 0; i < IPC_WORDS_MAX; i++)
		entry->words[i] = shot.words[i];
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		buffer->caps[i] = attacker->pages[0].caps[i];
	buffer->size = attacker->pages[0].size;
	memcpy(buffer->segment, attacker->pages[0].segment, SEGMENT_BYTES);
}

static void make_operands(struct attacker *attacker, unsigned ring, struct ring_submission *entry)
{
	struct random *random = &attacker->random;
	struct hoard *hoard = attacker->hoard;

	switch (entry->op) {
	case RING_CALL: make_call(attacker, ring, entry); break;
	case RING_RECV:
		entry->target = hoard_pick_kind(hoard, random, OBJECT_KIND_ENDPOINT).id;
		entry->window = 2ul << WINDOW_OPEN_SHIFT | (uint64_t)hoard_window(hoard, random, 2)
		                                                   << WINDOW_FIRST_SHIFT;
		break;
	case RING_RETURN:
		entry->call = random_one_in(random, 3) ? random_below(random, ENTRIES + 2) |
		                                                 random_next(random) << 60 >> 28
		                                       : received[ring];
		entry->word = random_below(random, 9) << OP_WORDS_SHIFT |
		              random_below(random, 16) << OP_METHOD_SHIFT;
		entry->window = random_below(random, 3);
		break;
	case RING_RELEASE: entry->target = hoard_pick(hoard, random).id; break;
	case RING_SIGNAL:
		entry->target = hoard_pick_interface(hoard, random, SIGNAL_INTERFACE).id;
		entry->words[0] = random_any(random);
		break;
	case RING_WAIT:
		entry->target = hoard_pick_kind(hoard, random, OBJECT_KIND_NOTIFICATION).id;
		break;
	case RING_CANCEL: entry->target = random_below(random, RING_CANCEL); break;
	default: break;
	}
	if (entry->op == RING_TIMEOUT || random_one_in(random, 2))
		entry->deadline = some_deadline(attacker);
}

/* A few bits of it are anything. */
static void spoil(struct random *random, struct ring_submission *entry)
{
	switch (random_below(random, 8)) {
	case 0: entry->op = (uint8_t)random_next(random); break;
	case 1: entry->flags = (uint8_t)random_next(random); break;
	case 2: entry->send_buffer = (uint16_t)random_any(random); break;
	case 3: entry->receive_buffer = (uint16_t)random_any(random); break;
	case 4: entry->word ^= random_next(random) & 0xffff; break;
	case 5: entry->window ^= 1ul << random_below(random, 64); break;
	case 6: entry->target = random_any(random); break;
	default: entry->reserved = (uint16_t)random_any(random); break;
	}
	entry->window &= ~((uint64_t)0xff << WINDOW_MOVE_SHIFT);
}

static struct ring_submission some_submission(struct attacker *attacker, unsigned ring)
{
	struct random *random = &attacker->random;
	struct ring_submission entry = {
		.op = (uint8_t)random_below(random, RING_OP_COUNT),
		.flags = (uint8_t)(random_one_in(random, 3) ? random_below(random, RING_FLAGS + 1)
	                                                    : 0),
		.send_buffer = (uint16_t)random_below(random, BUFFERS),
		.receive_buffer = (uint16_t)random_below(random, BUFFERS),
	};

	entry.user_data = entry.op;
	make_operands(attacker, ring, &entry);
	if (random_one_in(random, 6))
		spoil(random, &entry);
	if (left_out(entry.word))
		entry.word = 0;
	/* What it needs itself is not let go of. */
	if (entry.op == RING_RELEASE && cap_slot((cap_t){entry.target}) < HOARD_FIRST)
		entry.op = RING_NOP;
	return entry;
}

static void fill(struct attacker *attacker, unsigned ring)
{
	struct ring_submission *submissions = ring_page(ring, 1);

	for (unsigned i = 0; i < BUFFERS; i++) {
		struct message_page *buffer = ring_page(ring, BUFFER_PAGE + i);

		buffer->size = random_below(&attacker->random, 4100);
		for (unsigned k = 0; k < IPC_CAPS_MAX; k++)
			buffer->caps[k] = hoard_pick(attacker->hoard, &attacker->random).id;
	}
	for (unsigned i = 0; i < ENTRIES; i++)
		submissions[i] = some_submission(attacker, ring);
}

/* Marked as not yet written by the kernel, and what it then has written. */
static void mark_completions(unsigned ring)
{
	struct ring_completion *completions = ring_page(ring, COMPLETION_PAGE);

	for (unsigned i = 0; i < 2 * ENTRIES; i++)
		completions[i].word = ~0ul;
}

static void note_completion(unsigned ring, const struct ring_completion *completion)
{
	const uint64_t status = completion->word & 0xff;
	const uint64_t method = completion->user_data >> METHOD_SHIFT;

	coverage_note_ring((uint8_t)completion->user_data, status);
	if ((uint8_t)completion->user_data == RING_CALL && method < catalogue_size()) {
		const struct catalogue_item *item = catalogue_at((unsigned)method);

		coverage_note(item->interface->hash, item->number, status);
	}
	if ((uint8_t)completion->user_data == RING_RECV && status == OK)
		received[ring] = completion->call;
}

static void note_completions(unsigned ring)
{
	const struct ring_completion *completions = ring_page(ring, COMPLETION_PAGE);

	for (unsigned i = 0; i < 2 * ENTRIES; i++) {
		if (completions[i].word != ~0ul)
			note_completion(ring, &completions[i]);
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

enum status rings_open(struct attacker *attacker)
{
	return create(attacker, RING_KEPT);
}

void rings_rewrite(struct attacker *attacker)
{
	struct ring_submission *submissions = ring_page(RING_KEPT, 1);
	struct random *random = &attacker->random;

	submissions[random_below(random, ENTRIES)] = some_submission(attacker, RING_KEPT);
	turn_indices(attacker, RING_KEPT);
}

void attack_ring(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	const unsigned ring = random_below(random, RINGS);
	struct shot shot = {.word = SYSCALL_RING_ENTER};

	if (!cap_valid(rings[ring].ring) || (ring != RING_KEPT && random_one_in(random, 50))) {
		destroy(attacker, ring);
		if (create(attacker, ring) != OK)
			destroy(attacker, ring);
		return;
	}
	fill(attacker, ring);
	turn_indices(attacker, ring);
	mark_completions(ring);
	shot.target = rings[ring].ring;
	shot.words[0] = random_one_in(random, 6) ? random_any(random) : ENTRIES;
	shot.words[1] = random_one_in(random, 4) ? random_below(random, 2 * ENTRIES + 2) : 0;
	(void)shot_fire(attacker, &shot);
	note_completions(ring);
	adopt_received(attacker, ring);
}
