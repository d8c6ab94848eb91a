/* SPDX-License-Identifier: MIT */
/*
 * Shared memory that will not hold still: while a component's thread is in the kernel, its
 * submissions, indices, completions, buffers and message pages are rewritten between any two reads,
 * as another thread of the component could on another processor.
 *
 * Nothing is expected of the answers. After each round the kernel's own structures must be whole,
 * pages beside the shared ones untouched, and after each world every byte and grant back.
 * SHAKE_SEED and SHAKE_ROUNDS (environment) say what is played; a failure tells how to play it again.
 */
#include <check.h>
#include <kernel/words.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "consistent.h"
#include "memory/frame.h"
#include "object/ring_work.h"
#include "pair.h"
#include "ring_owner.h"
#include "sched/sched.h"

enum {
	ROUNDS_OF_A_WORLD = 256,
	SLICE_NS = 1000,
	CAPS = 12,
	PAGES = 1024,
	GUARDS = 8,
	GUARD = 0xa5
};

#define RING_ADDRESS 0x50000000ul

static uint64_t state;        /* of the random numbers */
static uint64_t round_number; /* for people */
static uint64_t pages_received, entries_taken;
static bool shaking, within; /* while somebody is in the kernel; while rewriting */
static struct pair pair;
static struct ring_owner owner;
static cap_t ring_cap, caps[CAPS];
static unsigned cap_count;
static paddr_t guards[GUARDS];

static uint64_t next(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dul;
}

static uint64_t below(uint64_t end)
{
	return (next() >> 32) % end;
}

static uint64_t some_cap(void)
{
	return below(6) ? caps[below(cap_count)].id : next();
}

static uint64_t any(void)
{
	switch (below(3)) {
	case 0: return below(16);
	case 1: return ~0ul << below(64);
	default: return next();
	}
}

/* ---- what the component writes ---- */

static void write_submission(struct ring_submission *entry)
{
	static const uint32_t interfaces[] = {PAIR_INTERFACE,   SELF_INTERFACE, ENDPOINT_INTERFACE,
	                                      SIGNAL_INTERFACE, RING_INTERFACE, CHARGE_INTERFACE};

	*entry = (struct ring_submission){
		.op = (uint8_t)(below(8) ? below(RING_OP_COUNT) : any()),
		.flags = (uint8_t)(below(8) ? below(RING_FLAGS + 1) : any()),
		.send_buffer = (uint16_t)below(OWNER_BUFFERS + 1),
		.receive_buffer = (uint16_t)below(OWNER_BUFFERS + 1),
		.user_data = below(4),
		.target = below(4) ? some_cap() : below(4) << 8 | below(9),
		.word = below(10) << OP_WORDS_SHIFT | (below(3) ? 0 : OP_PAGED) |
	                below(9) << OP_METHOD_SHIFT |
	                (uint64_t)interfaces[below(6)] << OP_INTERFACE_SHIFT,
		.window = below(4) | below(256) << WINDOW_MOVE_SHIFT |
	                  below(4) << WINDOW_OPEN_SHIFT | (40 + below(20)) << WINDOW_FIRST_SHIFT,
		.call = below(OWNER_ENTRIES + 2) | below(4) << 32,
		.deadline = below(2) ? 0 : below(1ul << 32),
	};
}

static void write_page(struct message_page *page)
{
	page->size = (uint32_t)(below(4) ? below(IPC_SEGMENT_BYTES + 1) : any());
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		page->caps[i] = below(3) ? some_cap() : 0;
	page->segment[below(IPC_SEGMENT_BYTES / 8)] = next();
}

static void write_header(struct ring_header *header)
{
	header->submission_tail = owner.ring->submission_head + (uint32_t)below(OWNER_ENTRIES + 1);
	header->completion_head = owner.ring->completion_tail -
	                          (below(4) ? 0 : (uint32_t)below(2 * OWNER_ENTRIES + 1));
	switch (below(8)) {
	case 0: header->submission_tail = (uint32_t)any(); break;
	case 1: header->completion_head = (uint32_t)any(); break;
	case 2: header->submission_head = (uint32_t)any(); break;
	case 3: header->completion_tail = (uint32_t)any(); break;
	default: break;
	}
}

static void rewrite(void)
{
	switch (below(4)) {
	case 0: write_header(ring_owner_header(&owner)); break;
	case 1:
		write_submission(ring_owner_submission(&owner, (uint32_t)below(OWNER_ENTRIES)));
		break;
	case 2: write_page(ring_owner_buffer(&owner, (unsigned)below(OWNER_BUFFERS))); break;
	default: write_page(pair.client->pages[below(pair.client->page_count)]); break;
	}
}

/* Called before and after each read by the kernel. */
void shake(void)
{
	if (!shaking || within)
		return;
	within = true;
	if (below(2))
		rewrite();
	within = false;
}

/* ---- a world ---- */

static void found_world(void)
{
	world_init_sized(PAGES, WORLD_GRANTS);
	pair_init(&pair);
	for (unsigned i = 0; i < GUARDS / 2; i++)
		guards[i] = frame_alloc(0);
	ring_owner_init(&owner, pair.client_account, pair.client_domain, RING_ADDRESS);
	for (unsigned i = GUARDS / 2; i < GUARDS; i++)
		guards[i] = frame_alloc(0);
	for (unsigned i = 0; i < GUARDS; i++)
		memset(paddr_to_pointer(guards[i]), GUARD, PAGE_SIZE);
	pair_start(&pair);

	struct endpoint *endpoint = world_endpoint(pair.client_account, 2);
	struct notification *notification = world_notification(pair.client_account);

	ring_cap = world_cap(pair.client_domain, owner.ring->object.grant, 0);
	cap_count = 0;
	caps[cap_count++] = ring_cap;
	caps[cap_count++] = pair.client_cap;
	caps[cap_count++] = world_owner(pair.client_domain, &endpoint->object);
	caps[cap_count++] = world_owner(pair.client_domain, &notification->object);
	caps[cap_count++] = world_cap(pair.client_domain, notification->object.grant, 0);
	caps[cap_count++] = world_cap(pair.client_domain, pair.client_account->object.grant, 0);
}

static void check_guards(void)
{
	for (unsigned i = 0; i < GUARDS; i++) {
		const unsigned char *page = paddr_to_pointer(guards[i]);

		/* all bytes are the same as the one before, and the first one is right */
		ck_assert(page[0] == GUARD && memcmp(page, page + 1, PAGE_SIZE - 1) == 0);
	}
}

static void end_world(void)
{
	check_guards();
	for (unsigned i = 0; i < GUARDS; i++)
		frame_free(guards[i]);
	world_fini();
}

static void check_ring(const struct ring *ring)
{
	unsigned busy = 0;

	for (unsigned i = 0; i < ring->entries; i++)
		busy += ring->works[i].state != RING_WORK_FREE;
	ck_assert(ring->pending <= 2u * ring->entries && busy <= ring->entries);
}

/* ---- rounds ---- */

/* The ring may have been released with its last capability. */
static bool world_usable(void)
{
	struct cap_entry *entry;

	return cap_table_find(&pair.client_domain->caps, ring_cap, &entry) == OK &&
	       cap_table_consistent(&pair.client_domain->caps) &&
	       cap_table_consistent(&pair.server_domain->caps);
}

static void client_acts(void)
{
	struct registers *registers = &pair.client->registers;

	for (unsigned i = 0; i < OWNER_ENTRIES; i++)
		rewrite();
	if (below(3)) {
		registers->rax = SYSCALL_RING_ENTER;
		registers->rdi = ring_cap.id;
		registers->words[0] = below(4) ? OWNER_ENTRIES : any();
		registers->words[1] = below(3) ? 0 : below(2 * OWNER_ENTRIES + 2);
		registers->rsi = 0;
	} else {
		registers->rax = SYSCALL_CALL | (below(3) ? OP_PAGED : 0) |
		                 below(10) << OP_WORDS_SHIFT |
		                 (uint64_t)PAIR_INTERFACE << OP_INTERFACE_SHIFT;
		registers->rdi = pair.client_cap.id;
		registers->rsi =
			(below(2) ? 0 : below(9)) | below(256) << WINDOW_MOVE_SHIFT |
			below(3) << WINDOW_SEND_PAGE_SHIFT | below(3) << WINDOW_RECEIVE_PAGE_SHIFT |
			below(9) << WINDOW_OPEN_SHIFT | (40 + below(20)) << WINDOW_FIRST_SHIFT;
	}
	registers->rdx = below(2) ? 0 : below(1ul << 20);

	const uint32_t before = owner.ring->submission_head;

	(void)world_syscall(pair.client);
	if (world_usable())
		entries_taken += owner.ring->submission_head - before;
}

static void server_acts(void)
{
	struct registers *registers = &pair.server->registers;

	pages_received += (registers->rax & (OP_PAGED | 0xff)) == (OP_PAGED | OK);
	registers->rax = SYSCALL_REPLY_WAIT | below(9) << OP_WORDS_SHIFT |
	                 (below(2) ? OP_PAGED : 0) |
	                 (below(4) ? 0 : below(STATUS_COUNT) << OP_METHOD_SHIFT);
	registers->rdi = pair.endpoint_cap.id;
	registers->rsi = 8ul << WINDOW_OPEN_SHIFT | 40ul << WINDOW_FIRST_SHIFT |
	                 1ul << WINDOW_RECEIVE_PAGE_SHIFT;
	registers->rdx = 0;
	pair.server->pages[0]->size = (uint32_t)below(IPC_SEGMENT_BYTES + 1);
	(void)world_syscall(pair.server);
}

/* False: nothing can go on in this world. */
static bool play_round(void)
{
	const struct thread *current = world_schedule();

	if (!current)
		current = world_pass_time(below(4) ? SLICE_NS : 1ul << 21);
	shaking = true;
	if (current == pair.client)
		client_acts();
	else if (current == pair.server)
		server_acts();
	shaking = false;
	if (pair.client->state != THREAD_READY && !pair.client->call.server && below(2))
		thread_stop(pair.client);
	thread_start(pair.client);
	return true;
}

static void play_world(void)
{
	found_world();
	for (unsigned i = 0; i < ROUNDS_OF_A_WORLD && world_usable(); i++) {
		round_number++;
		if (!play_round())
			break;
		if (world_usable())
			check_ring(owner.ring);
	}
	end_world();
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

START_TEST(memory_that_changes_under_the_kernels_eyes_harms_only_its_owner)
{
	const uint64_t seed = number("SHAKE_SEED", 1), rounds = number("SHAKE_ROUNDS", 20000);
	uint64_t told = 0;

	printf("seed %lu, %lu rounds; again: SHAKE_SEED=%lu SHAKE_ROUNDS=%lu build/tests/shaken\n",
	       seed, rounds, seed, rounds);
	state = seed * 0x9e3779b97f4a7c15ul | 1;
	while (round_number < rounds) {
		play_world();
		if (round_number >= told + 100000) {
			told = round_number;
			printf("%lu rounds\n", told);
			fflush(stdout);
		}
	}
	printf("%lu entries taken, %lu pages received\n", entries_taken, pages_received);
	/* or it has become blunt */
	ck_assert(entries_taken > rounds / 4 && pages_received > rounds / 100);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("shaken");
	TCase *tests = tcase_create("shaken");

	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, memory_that_changes_under_the_kernels_eyes_harms_only_its_owner);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);

	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_ENV);

	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
