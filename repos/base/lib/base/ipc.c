/* SPDX-License-Identifier: MIT */
#include <base/ipc.h>
#include <kernel/words.h>
#include <string.h>

uint64_t ipc_syscall(uint64_t word, uint64_t target, uint64_t window, uint64_t deadline, uint64_t words[8],
		     uint64_t out[2]);

enum status ipc_init(struct ipc *ipc, struct message_page *pages, struct slots *slots)
{
	*ipc = (struct ipc){.pages = pages, .slots = slots, .call_page = 0, .serve_page = 1};
	return slots_take(slots, IPC_WINDOW_SLOTS, &ipc->window);
}

void *ipc_send_segment(struct ipc *ipc)
{
	return ipc->pages[ipc->call_page].segment;
}

void *ipc_reply_segment(struct ipc *ipc)
{
	return ipc->pages[ipc->serve_page + 1].segment;
}

/* What is sent, in the words of the ABI. The other side sees zeros where nothing is said. */
static uint64_t put_message(struct message_page *page, const struct message *message, uint64_t words[8],
			    uint64_t *window)
{
	unsigned count = 0;

	if (message->paged) {
		if (message->segment != page->segment)
			memcpy(page->segment, message->segment, message->size);
		page->size = message->size;
	} else {
		for (count = 0; count < message->word_count; count++)
			words[count] = message->words[count];
	}
	for (unsigned i = count; i < MESSAGE_WORDS_MAX; i++)
		words[i] = 0;
	for (unsigned i = 0; i < message->cap_count; i++)
		page->caps[i] = message->caps[i].id;
	*window |= message->cap_count | (uint64_t)message->cap_moves << WINDOW_MOVE_SHIFT;
	return (uint64_t)count << OP_WORDS_SHIFT | (message->paged ? OP_PAGED : 0);
}

static void get_message(struct ipc *ipc, struct message_page *page, const uint64_t words[8], uint64_t word,
			uint64_t caps, struct message *message)
{
	message->word_count = (word >> OP_WORDS_SHIFT) & OP_WORDS_MASK;
	message->paged = word & OP_PAGED;
	message->cap_count = (uint8_t)caps;
	for (unsigned i = 0; i < message->word_count; i++)
		message->words[i] = words[i];
	for (unsigned i = 0; i < message->cap_count; i++)
		message->caps[i].id = page->caps[i];
	if (message->paged) {
		message->size = page->size;
		message->segment = page->segment;
	}
	if (caps == 0)
		return;
	/* The window's slots are the receiver's now; those without a capability go back. */
	for (unsigned i = 0; i < IPC_WINDOW_SLOTS; i++) {
		if (i >= caps || !cap_valid(message->caps[i]))
			slots_put(ipc->slots, ipc->window + i, 1);
	}
	ipc->window = 0;
}

/* A window is opened again when the last one was used; without one, capabilities can't come in. */
static uint64_t open_window(struct ipc *ipc)
{
	if (ipc->window == 0 && slots_take(ipc->slots, IPC_WINDOW_SLOTS, &ipc->window) != OK)
		ipc->window = 0;
	if (ipc->window == 0)
		return 0;
	return (uint64_t)IPC_WINDOW_SLOTS << WINDOW_OPEN_SHIFT | (uint64_t)ipc->window << WINDOW_FIRST_SHIFT;
}

enum status ipc_call(struct ipc *ipc, cap_t target, uint32_t interface, uint16_t method,
		     struct message *message)
{
	struct message_page *page = &ipc->pages[ipc->call_page];
	uint64_t words[MESSAGE_WORDS_MAX], out[2];
	uint64_t window = open_window(ipc) | (uint64_t)ipc->call_page << WINDOW_SEND_PAGE_SHIFT |
			  (uint64_t)ipc->call_page << WINDOW_RECEIVE_PAGE_SHIFT;
	uint64_t word = put_message(page, message, words, &window);

	word |= SYSCALL_CALL | (uint64_t)method << OP_METHOD_SHIFT | (uint64_t)interface << OP_INTERFACE_SHIFT;
	word = ipc_syscall(word, target.id, window, ipc->deadline, words, out);
	get_message(ipc, page, words, word, out[1], message);
	if ((word & 0xff) == OK)
		return OK;

	/* Whatever comes with a refusal is not asked for. */
	const enum status status = (enum status)(word & 0xff);
	const unsigned count = message->cap_count;
	cap_t caps[MESSAGE_CAPS_MAX];

	for (unsigned i = 0; i < count; i++)
		caps[i] = message->caps[i];
	for (unsigned i = 0; i < count; i++)
		ipc_drop(ipc, caps[i]);
	return status;
}

enum status ipc_reply_wait(struct ipc *ipc, cap_t endpoint, const struct message *answer,
			   enum status status, uint64_t deadline, enum ipc_event *out_event,
			   struct request *out_request, uint64_t *out_bits)
{
	static const struct message nothing;
	const unsigned serve = ipc->serve_page;
	uint64_t words[MESSAGE_WORDS_MAX], out[2];
	uint64_t window = open_window(ipc) | (uint64_t)(serve + 1) << WINDOW_SEND_PAGE_SHIFT |
			  (uint64_t)serve << WINDOW_RECEIVE_PAGE_SHIFT;
	uint64_t word = put_message(&ipc->pages[serve + 1], answer ? answer : &nothing, words, &window);

	word |= SYSCALL_REPLY_WAIT | (answer ? (uint64_t)status << OP_METHOD_SHIFT : OP_NO_REPLY);
	word = ipc_syscall(word, endpoint.id, window, deadline, words, out);
	if ((word & 0xff) == ERR_TIMEOUT) {
		*out_event = IPC_TIMEOUT;
		return OK;
	}
	if ((word & 0xff) != OK)
		return (enum status)(word & 0xff);
	if (word & OP_NOTIFICATION) {
		*out_event = IPC_NOTIFICATION;
		*out_bits = out[0];
		return OK;
	}
	*out_event = IPC_REQUEST;
	out_request->badge = out[0];
	out_request->interface = (uint32_t)(word >> OP_INTERFACE_SHIFT);
	out_request->method = (uint16_t)(word >> OP_METHOD_SHIFT);
	out_request->kept = false;
	out_request->caps_taken = 0;
	out_request->reply_segment = ipc_reply_segment(ipc);
	get_message(ipc, &ipc->pages[serve], words, word, out[1], &out_request->message);
	out_request->message.cap_moves = 0;
	return OK;
}

enum status ipc_answer_kept(struct ipc *ipc, cap_t endpoint, unsigned slot, const struct message *answer,
			    enum status status)
{
	const unsigned page = ipc->call_page;
	uint64_t words[MESSAGE_WORDS_MAX], out[2];
	uint64_t window = (uint64_t)page << WINDOW_SEND_PAGE_SHIFT | (uint64_t)slot << WINDOW_REPLY_SLOT_SHIFT;
	uint64_t word = put_message(&ipc->pages[page], answer, words, &window);

	word |= SYSCALL_REPLY_WAIT | OP_NO_WAIT | (uint64_t)status << OP_METHOD_SHIFT;
	word = ipc_syscall(word, endpoint.id, window, 0, words, out);
	return (enum status)(word & 0xff);
}

void ipc_drop(struct ipc *ipc, cap_t cap)
{
	struct message message = {.words = {cap.id}, .word_count = 1};

	if (!cap_valid(cap))
		return;
	/* A slot that could not be emptied was empty. */
	(void)ipc_call(ipc, CAP_NULL, SELF_INTERFACE, SELF_DROP, &message);
	slots_put(ipc->slots, cap_slot(cap), 1);
}
