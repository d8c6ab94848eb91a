/* SPDX-License-Identifier: MIT */
#include <abi/ring.h>
#include <base/ring_client.h>
#include <kernel/client.h>

uint64_t ipc_syscall(uint64_t word, uint64_t target, uint64_t window, uint64_t deadline,
                     uint64_t words[8], uint64_t out[2]);

/* The layout of abi/ring.h for these sizes: header, submissions, completions, buffers. */
enum { SUBMISSION_PAGE = 1, COMPLETION_PAGE = 2, BUFFER_PAGE = 3 };

_Static_assert(2 * RING_CLIENT_ENTRIES_MAX * sizeof(struct ring_completion) <= PAGE_BYTES,
               "each queue fits a page");
_Static_assert((BUFFER_PAGE + RING_CLIENT_ENTRIES_MAX) * PAGE_BYTES <= RING_CLIENT_STRIDE,
               "the largest ring fits its place");

static void *page(const struct ring_client *client, unsigned index)
{
	return (void *)(client->address + index * (uintptr_t)PAGE_BYTES);
}

static struct ring_header *header(const struct ring_client *client)
{
	return page(client, 0);
}

static struct message_page *buffer(const struct ring_client *client, unsigned index)
{
	return page(client, BUFFER_PAGE + index);
}

static int free_entry(const struct ring_client *client)
{
	for (int i = 0; i < (int)client->entries; i++) {
		if (!client->in_flight[i])
			return i;
	}
	return -1;
}

static struct ipc *ipc_of(const struct ring_client *client)
{
	return &client->entrypoint->env->ipc;
}

static void enter(struct ring_client *client)
{
	uint64_t words[8] = {1}, out[2];

	(void)ipc_syscall(SYSCALL_RING_ENTER, client->ring.id, 0, 0, words,
	                  out); /* it completes by itself */
}

static void submit(struct ring_client *client, unsigned entry, const struct ring_request *request,
                   const struct message *message)
{
	struct ring_submission *submissions = page(client, SUBMISSION_PAGE);
	struct ring_submission *to = &submissions[client->submitted % client->entries];
	struct message_page *room = buffer(client, entry);

	*to = (struct ring_submission){
		.op = RING_CALL,
		.send_buffer = (uint16_t)entry,
		.receive_buffer = (uint16_t)entry,
		.user_data = entry,
		.target = request->target.id,
		.word = (uint64_t)message->word_count << OP_WORDS_SHIFT |
	                (message->paged ? OP_PAGED : 0) |
	                (uint64_t)request->method << OP_METHOD_SHIFT |
	                (uint64_t)request->interface << OP_INTERFACE_SHIFT,
		.window = message->cap_count | (uint64_t)message->cap_moves << WINDOW_MOVE_SHIFT |
	                  (uint64_t)RING_CLIENT_CAPS << WINDOW_OPEN_SHIFT |
	                  (uint64_t)client->windows[entry] << WINDOW_FIRST_SHIFT,
	};
	for (unsigned i = 0; i < message->word_count && !message->paged; i++)
		to->words[i] = message->words[i];
	for (unsigned i = 0; i < message->cap_count; i++)
		room->caps[i] = message->caps[i].id;
	if (message->paged)
		room->size = message->size;
	client->submitted++;
	__atomic_store_n(&header(client)->submission_tail, client->submitted, __ATOMIC_RELEASE);
	enter(client);
}

/* Starts a call in a free entry. False: it has failed before it began. */
static enum status start(struct ring_client *client, unsigned entry, struct ring_request *request)
{
	struct message message = {0};
	enum status status =
		slots_take(ipc_of(client)->slots, RING_CLIENT_CAPS, &client->windows[entry]);

	if (status != OK)
		return status;
	status = request->fill(request, &message, buffer(client, entry)->segment);
	if (status != OK) {
		slots_put(ipc_of(client)->slots, client->windows[entry], RING_CLIENT_CAPS);
		return status;
	}
	client->in_flight[entry] = request;
	submit(client, entry, request, &message);
	return OK;
}

static void finish(struct ring_request *request, enum status status, const struct message *answer)
{
	request->busy = false;
	request->done(request, status, answer);
}

static void start_queued(struct ring_client *client)
{
	int entry;

	while (client->first && (entry = free_entry(client)) >= 0) {
		static const struct message nothing;
		struct ring_request *request = client->first;
		enum status status;

		client->first = request->next;
		if (!client->first)
			client->last = &client->first;
		status = start(client, (unsigned)entry, request);
		if (status != OK)
			finish(request, status, &nothing);
	}
}

static void complete(struct ring_client *client, const struct ring_completion *completion)
{
	const unsigned entry = (unsigned)completion->user_data % client->entries;
	struct ring_request *request = client->in_flight[entry];
	struct message_page *room = buffer(client, entry);
	struct message answer = {
		.word_count = (completion->word >> OP_WORDS_SHIFT) & OP_WORDS_MASK,
		.paged = completion->word & OP_PAGED,
		.cap_count = (uint8_t)completion->caps,
		.segment = room->segment,
	};

	if (!request)
		return;
	if (answer.paged)
		answer.size = room->size;
	for (unsigned i = 0; i < answer.word_count; i++)
		answer.words[i] = completion->words[i];
	for (unsigned i = 0; i < RING_CLIENT_CAPS; i++) {
		if (i < answer.cap_count)
			answer.caps[i].id = room->caps[i];
		if (!cap_valid(answer.caps[i]))
			slots_put(ipc_of(client)->slots, client->windows[entry] + i, 1);
	}
	client->in_flight[entry] = NULL;
	finish(request, (enum status)(completion->word & 0xff), &answer);
}

void ring_client_poll(struct ring_client *client)
{
	const struct ring_completion *completions = page(client, COMPLETION_PAGE);

	while (client->completions !=
	       __atomic_load_n(&header(client)->completion_tail, __ATOMIC_ACQUIRE)) {
		const struct ring_completion completion =
			completions[client->completions % (2 * client->entries)];

		client->completions++;
		__atomic_store_n(&header(client)->completion_head, client->completions,
		                 __ATOMIC_RELEASE);
		complete(client, &completion);
	}
	start_queued(client);
}

static void completed(struct signal_handler *handler)
{
	ring_client_poll(
		(struct ring_client *)((char *)handler - offsetof(struct ring_client, completed)));
}

static enum status own_signal(struct ring_client *client)
{
	client->completed.run = completed;

	const enum status status = entrypoint_add_signal(client->entrypoint, &client->completed);

	client->signal = client->completed.signal;
	return status;
}

enum status ring_client_init(struct ring_client *client, struct entrypoint *entrypoint,
                             const struct ring_client_setup *setup)
{
	struct env *env = entrypoint->env;
	struct charge_create_ring_results results;
	enum status status = OK;

	*client = (struct ring_client){
		.entrypoint = entrypoint,
		.signal = setup->signal,
		.address = RING_CLIENT_ADDRESS + setup->place * RING_CLIENT_STRIDE,
		.entries = setup->entries,
	};
	client->last = &client->first;
	if (!cap_valid(setup->signal))
		status = own_signal(client);
	if (status != OK)
		return status;

	const struct charge_create_ring_params params = {
		.domain = env->space,
		.address = client->address,
		.entries = (uint16_t)setup->entries,
		.buffers = (uint16_t)setup->entries,
		.completed = client->signal,
	};

	status = charge_create_ring(&env->ipc, env->account, &params, &results);
	if (status == OK)
		client->ring = results.ring;
	else
		entrypoint_remove_signal(entrypoint, &client->completed);
	return status;
}

void ring_client_fini(struct ring_client *client)
{
	if (!client->entrypoint)
		return;
	ipc_drop(ipc_of(client), client->ring); /* its owner's drop is its end */
	entrypoint_remove_signal(client->entrypoint, &client->completed);
	*client = (struct ring_client){0};
}

bool ring_client_free(const struct ring_client *client)
{
	return !client->first && free_entry(client) >= 0;
}

bool ring_client_half_free(const struct ring_client *client)
{
	unsigned busy = 0;

	for (unsigned entry = 0; entry < client->entries; entry++)
		busy += client->in_flight[entry] != NULL;
	return !client->first && busy <= client->entries / 2;
}

void ring_client_call(struct ring_client *client, struct ring_request *request)
{
	const int entry = client->first ? -1 : free_entry(client);

	request->busy = true;
	request->next = NULL;
	if (entry >= 0 && start(client, (unsigned)entry, request) == OK)
		return;
	*client->last = request;
	client->last = &request->next;
	if (entry >= 0) {
		/* It is tried again from the loop, and from there it is told if it fails. */
		const struct signal_signal_params params = {0};

		(void)signal_signal(ipc_of(client), client->signal, &params); /* our own */
	}
}
