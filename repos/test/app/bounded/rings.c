/* SPDX-License-Identifier: MIT */
#include "rings.h"

#include <abi/ring.h>
#include <bench/raw.h>
#include <kernel/client.h>

enum { ENTRIES = 64, RINGS = 8, CALLS = RINGS * ENTRIES, INTERFACE = 0x51516, NS_PER_MS = 1000000 };

/* As abi/ring.h has it, for these sizes. */
struct layout {
	_Alignas(PAGE_BYTES) struct ring_header header;
	_Alignas(PAGE_BYTES) struct ring_submission submissions[ENTRIES];
	_Alignas(PAGE_BYTES) struct ring_completion completions[2 * ENTRIES];
	_Alignas(PAGE_BYTES) struct message_page buffer;
};

#define RINGS_ADDRESS 0x7900000ul
#define MAPPED        0x4000000000ul
#define MAPPED_STEP   0x8000000000ul /* none shares a page table with another */

struct queue {
	cap_t ring;
	struct layout *at;
	uint32_t submitted, completed;
};

struct test {
	struct check *check;
	struct ipc *ipc;
	cap_t account, memory, bell, endpoint, client;
	struct queue clients[RINGS], server;
};

uint64_t ipc_syscall(uint64_t word, uint64_t target, uint64_t window, uint64_t deadline,
                     uint64_t words[8], uint64_t out[2]);

static uint64_t now(struct test *test)
{
	struct self_time_results time = {0};

	(void)self_time(test->ipc, CAP_NULL, &time); /* never fails */
	return time.now;
}

static void make_queue(struct test *test, struct queue *queue, unsigned index, cap_t completed)
{
	const struct charge_create_ring_params params = {
		.domain = test->check->env->space,
		.address = RINGS_ADDRESS + index * sizeof(struct layout),
		.entries = ENTRIES,
		.buffers = 1,
		.completed = completed,
	};
	struct charge_create_ring_results made = {0};

	check_status(test->check, "a ring",
	             charge_create_ring(test->ipc, test->account, &params, &made), OK);
	*queue = (struct queue){.ring = made.ring, .at = (struct layout *)params.address};
}

static void prepare(struct test *test)
{
	const struct charge_create_endpoint_params endpoint_params = {0};
	const struct charge_create_memory_params size = {.size = PAGE_BYTES};
	const struct notification_facet_params bits = {.account = test->account, .bits = 1};
	const struct endpoint_mint_params mint = {.account = test->account,
	                                          .interface0 = INTERFACE};
	struct charge_create_endpoint_results endpoint = {0};
	struct charge_create_memory_results memory = {0};
	struct charge_create_notification_results bell = {0};
	struct notification_facet_results facet = {0};
	struct endpoint_mint_results minted = {0};
	struct check *check = test->check;

	check_status(check, "an endpoint",
	             charge_create_endpoint(test->ipc, test->account, &endpoint_params, &endpoint),
	             OK);
	check_status(check, "its client",
	             endpoint_mint(test->ipc, endpoint.endpoint, &mint, &minted), OK);
	check_status(check, "memory",
	             charge_create_memory(test->ipc, test->account, &size, &memory), OK);
	check_status(check, "a bell", charge_create_notification(test->ipc, test->account, &bell),
	             OK);
	check_status(check, "a facet of it",
	             notification_facet(test->ipc, bell.notification, &bits, &facet), OK);
	test->endpoint = endpoint.endpoint;
	test->client = minted.client;
	test->memory = memory.memory;
	test->bell = bell.notification;
	for (unsigned i = 0; i < RINGS; i++)
		make_queue(test, &test->clients[i], i, facet.signal);
	make_queue(test, &test->server, RINGS, facet.signal);
	ipc_drop(test->ipc, facet.signal);
}

static struct ring_submission *put(struct queue *queue, enum ring_op op, cap_t target)
{
	struct ring_submission *entry = &queue->at->submissions[queue->submitted++ % ENTRIES];

	*entry = (struct ring_submission){.op = (uint8_t)op, .target = target.id};
	return entry;
}

/* Submits all, waits for so many completions. */
static void enter(struct test *test, struct queue *queue, unsigned wait)
{
	struct ring_header *header = &queue->at->header;
	const uint32_t before = header->submission_tail;

	__atomic_store_n(&header->submission_tail, queue->submitted, __ATOMIC_RELEASE);
	check_status(test->check, "entered",
	             raw_ring_enter(queue->ring.id, queue->submitted - before, wait) & 0xff, OK);
}

/* Takes all completions; so many were others than those with the status. */
static unsigned expect(struct test *test, struct queue *queue, const char *what, unsigned count,
                       enum status status)
{
	struct ring_header *header = &queue->at->header;
	unsigned other = 0, as_expected = 0;

	for (; queue->completed != header->completion_tail; queue->completed++) {
		const uint64_t word = queue->at->completions[queue->completed % (2 * ENTRIES)].word;

		if ((enum status)(word & 0xff) == status)
			as_expected++;
		else
			other++;
	}
	__atomic_store_n(&header->completion_head, queue->completed, __ATOMIC_RELEASE);
	check_equal(test->check, what, as_expected, count);
	return other;
}

static void expect_only(struct test *test, struct queue *queue, const char *what, unsigned count,
                        enum status status)
{
	check_equal(test->check, "others", expect(test, queue, what, count, status), 0);
}

/* ---- many dear entries ---- */

static struct ring_submission *put_method(struct test *test, struct queue *queue, unsigned method,
                                          unsigned words)
{
	struct ring_submission *entry = put(queue, RING_CALL, test->check->env->space);

	entry->word = (uint64_t)SPACE_INTERFACE << OP_INTERFACE_SHIFT |
	              (uint64_t)method << OP_METHOD_SHIFT | (uint64_t)words << OP_WORDS_SHIFT;
	return entry;
}

static void check_methods(struct test *test)
{
	struct queue *queue = &test->server;
	struct space_map_params map = {.memory = test->memory,
	                               .account = test->account,
	                               .size = PAGE_BYTES,
	                               .write = true};
	cap_t caps[IPC_CAPS_MAX] = {0};

	for (unsigned i = 0; i < ENTRIES; i++) {
		struct ring_submission *entry =
			put_method(test, queue, SPACE_MAP, SPACE_MAP_PARAMS_WORDS);

		map.address = MAPPED + i * MAPPED_STEP;
		space_map_params_pack(&map, entry->words, caps);
		entry->window = 2;
	}
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		queue->at->buffer.caps[i] = caps[i].id;
	enter(test, queue, ENTRIES);
	expect_only(test, queue, "mapped", ENTRIES, OK);
	for (unsigned i = 0; i < ENTRIES; i++) {
		const struct space_unmap_params unmap = {.address = MAPPED + i * MAPPED_STEP,
		                                         .size = PAGE_BYTES};

		space_unmap_params_pack(
			&unmap,
			put_method(test, queue, SPACE_UNMAP, SPACE_UNMAP_PARAMS_WORDS)->words,
			caps);
	}
	enter(test, queue, ENTRIES);
	expect_only(test, queue, "unmapped", ENTRIES, OK);
}

static void check_chains(struct test *test)
{
	struct queue *queue = &test->server;

	for (unsigned i = 0; i < ENTRIES; i++) {
		struct ring_submission *entry = put(queue, RING_SIGNAL, test->bell);

		entry->words[0] = 2;
		entry->flags = i + 1 < ENTRIES ? RING_LINK : 0;
	}
	enter(test, queue, ENTRIES);
	expect_only(test, queue, "signalled", ENTRIES, OK);
	for (unsigned i = 0; i < ENTRIES; i++) {
		struct ring_submission *entry = put(queue, RING_TIMEOUT, CAP_NULL);

		entry->deadline = now(test) + 1000 * NS_PER_MS;
		entry->user_data = i;
		entry->flags = i + 1 < ENTRIES ? RING_LINK : 0;
	}
	enter(test, queue, 0);
	(void)put(queue, RING_CANCEL, CAP_NULL);
	enter(test, queue, ENTRIES + 1);
	check_equal(test->check, "the cancel itself",
	            expect(test, queue, "a chain that ends", ENTRIES, ERR_CANCELLED), 1);
}

/* ---- many calls ---- */

static void queue_calls(struct test *test, unsigned caps)
{
	for (unsigned ring = 0; ring < RINGS; ring++) {
		struct queue *queue = &test->clients[ring];

		queue->at->buffer.caps[0] = test->memory.id;
		for (unsigned i = 0; i < ENTRIES; i++) {
			struct ring_submission *entry = put(queue, RING_CALL, test->client);

			entry->word = (uint64_t)INTERFACE << OP_INTERFACE_SHIFT;
			entry->window = caps;
			entry->deadline = now(test) + 1000 * NS_PER_MS;
		}
		enter(test, queue, 0);
	}
}

static void expect_ends(struct test *test, const char *what, enum status status)
{
	for (unsigned ring = 0; ring < RINGS; ring++)
		expect_only(test, &test->clients[ring], what, ENTRIES, status);
}

static void put_multishot(struct test *test)
{
	put(&test->server, RING_RECV, test->endpoint)->flags = RING_MULTISHOT;
}

static void check_calls(struct test *test)
{
	uint64_t words[8] = {0}, out[2];

	/* taken by a ring, by one that cannot take them, and by a thread that cannot */
	queue_calls(test, 0);
	put_multishot(test);
	enter(test, &test->server, ENTRIES);
	expect_only(test, &test->server, "calls taken", ENTRIES, OK);
	for (unsigned ring = 0; ring < RINGS; ring++) {
		(void)put(&test->clients[ring], RING_CANCEL, CAP_NULL);
		enter(test, &test->clients[ring], ENTRIES + 1);
		check_equal(test->check, "the cancel itself",
		            expect(test, &test->clients[ring], "calls that end", ENTRIES,
		                   ERR_CANCELLED),
		            1);
	}
	for (unsigned i = 0; i < ENTRIES; i++)
		put(&test->server, RING_RETURN, CAP_NULL)->call =
			test->server.at
				->completions[(test->server.completed - ENTRIES + i) %
		                              (2 * ENTRIES)]
				.call;
	enter(test, &test->server, ENTRIES);
	expect_only(test, &test->server, "answers that nobody takes", ENTRIES, ERR_GONE);

	queue_calls(test, 1);
	put_multishot(test);
	(void)put(&test->server, RING_CANCEL, CAP_NULL);
	enter(test, &test->server, 2);
	check_equal(test->check, "the receive", expect(test, &test->server, "its cancel", 1, OK),
	            1);
	expect_ends(test, "calls to a ring without a window", ERR_INSUFFICIENT_CAPS);

	queue_calls(test, 1);
	check_status(test->check, "nobody else calls",
	             ipc_syscall(SYSCALL_REPLY_WAIT | OP_NO_REPLY, test->endpoint.id, 0,
	                         now(test) + 10 * NS_PER_MS, words, out) &
	                     0xff,
	             ERR_TIMEOUT);
	expect_ends(test, "calls to a thread without a window", ERR_INSUFFICIENT_CAPS);
}

void check_rings(struct check *check)
{
	static struct test test;

	test = (struct test){
		.check = check, .ipc = &check->env->ipc, .account = check->env->account};
	prepare(&test);
	check_methods(&test);
	check_chains(&test);
	check_calls(&test);
}
