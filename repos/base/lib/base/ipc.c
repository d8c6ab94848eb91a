/* SPDX-License-Identifier: MIT */
#include <base/ipc.h>
#include <kernel/words.h>
#include <string.h>

/*
 * One system call, as in syscall.S, but within its caller: who holds this has no frame pointer,
 * since nothing but rsp survives the kernel.
 */
#define WITHOUT_FRAME_POINTER __attribute__((optimize("omit-frame-pointer")))

struct answer {
	uint64_t word, badge, caps;
};

static inline __attribute__((always_inline)) struct answer enter(uint64_t word, cap_t target,
                                                                 uint64_t window, uint64_t deadline,
                                                                 uint64_t *words)
{
	uint64_t badge = target.id, caps = window;

	asm volatile(
		"lea -128(%%rsp), %%rsp\n\t" /* what the compiler keeps below the stack pointer */
		"push %%rcx\n\t"
		"mov 0(%%rcx), %%rbx\n\t"
		"mov 8(%%rcx), %%r8\n\t"
		"mov 16(%%rcx), %%r9\n\t"
		"mov 24(%%rcx), %%r10\n\t"
		"mov 32(%%rcx), %%r12\n\t"
		"mov 40(%%rcx), %%r13\n\t"
		"mov 48(%%rcx), %%r14\n\t"
		"mov 56(%%rcx), %%r15\n\t"
		"syscall\n\t"
		"pop %%rcx\n\t"
		"mov %%rbx, 0(%%rcx)\n\t"
		"mov %%r8, 8(%%rcx)\n\t"
		"mov %%r9, 16(%%rcx)\n\t"
		"mov %%r10, 24(%%rcx)\n\t"
		"mov %%r12, 32(%%rcx)\n\t"
		"mov %%r13, 40(%%rcx)\n\t"
		"mov %%r14, 48(%%rcx)\n\t"
		"mov %%r15, 56(%%rcx)\n\t"
		"lea 128(%%rsp), %%rsp"
		: "+a"(word), "+D"(badge), "+S"(caps), "+d"(deadline), "+c"(words)
		:
		: "rbx", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory");
	return (struct answer){.word = word, .badge = badge, .caps = caps};
}

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

#define likely(condition) __builtin_expect(!!(condition), 1)

/* The other side sees zeros where nothing is said. */
static inline void clear_words(struct message *message)
{
	switch (message->paged ? 0 : message->word_count) {
	case 0: message->words[0] = 0; [[fallthrough]];
	case 1: message->words[1] = 0; [[fallthrough]];
	case 2: message->words[2] = 0; [[fallthrough]];
	case 3: message->words[3] = 0; [[fallthrough]];
	case 4: message->words[4] = 0; [[fallthrough]];
	case 5: message->words[5] = 0; [[fallthrough]];
	case 6: message->words[6] = 0; [[fallthrough]];
	case 7: message->words[7] = 0;
	}
}

/* What goes by way of the page. */
static void put_page(struct message_page *page, const struct message *message)
{
	if (message->paged) {
		if (message->segment != page->segment)
			memcpy(page->segment, message->segment, message->size);
		page->size = message->size;
	}
	for (unsigned i = 0; i < message->cap_count; i++)
		page->caps[i] = message->caps[i].id;
}

/* The operation word's part that tells of the message, and the window's. */
static inline uint64_t message_word(const struct message *message)
{
	if (message->paged)
		return OP_PAGED;
	return (uint64_t)message->word_count << OP_WORDS_SHIFT;
}

static inline uint64_t message_window(const struct message *message)
{
	return message->cap_count | (uint64_t)message->cap_moves << WINDOW_MOVE_SHIFT;
}

static void get_page(struct ipc *ipc, struct message_page *page, uint64_t caps,
                     struct message *message)
{
	message->cap_count = (uint8_t)caps;
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

/* What came: its words are in the message already. */
static inline void get_message(struct ipc *ipc, struct message_page *page, uint64_t word,
                               uint64_t caps, struct message *message)
{
	message->word_count = (word >> OP_WORDS_SHIFT) & OP_WORDS_MASK;
	message->paged = word & OP_PAGED;
	message->cap_count = 0;
	if (!likely(!message->paged && caps == 0))
		get_page(ipc, page, caps, message);
}

/* A window is opened again when the last one was used; without one, capabilities can't come in. */
static inline uint64_t open_window(struct ipc *ipc)
{
	if (!likely(ipc->window != 0) &&
	    slots_take(ipc->slots, IPC_WINDOW_SLOTS, &ipc->window) != OK)
		ipc->window = 0;
	if (ipc->window == 0)
		return 0;
	return (uint64_t)IPC_WINDOW_SLOTS << WINDOW_OPEN_SHIFT | (uint64_t)ipc->window
	                                                                 << WINDOW_FIRST_SHIFT;
}

/* Whatever comes with a refusal is not asked for. */
static void drop_all(struct ipc *ipc, const struct message *message)
{
	const unsigned count = message->cap_count;
	cap_t caps[MESSAGE_CAPS_MAX];

	for (unsigned i = 0; i < count; i++)
		caps[i] = message->caps[i];
	for (unsigned i = 0; i < count; i++)
		ipc_drop(ipc, caps[i]);
}

WITHOUT_FRAME_POINTER
enum status ipc_call(struct ipc *ipc, cap_t target, uint32_t interface, uint16_t method,
                     struct message *message)
{
	struct message_page *page = &ipc->pages[ipc->call_page];
	const uint64_t window = open_window(ipc) | message_window(message) |
	                        (uint64_t)ipc->call_page << WINDOW_SEND_PAGE_SHIFT |
	                        (uint64_t)ipc->call_page << WINDOW_RECEIVE_PAGE_SHIFT;
	const uint64_t word = SYSCALL_CALL | message_word(message) |
	                      (uint64_t)method << OP_METHOD_SHIFT |
	                      (uint64_t)interface << OP_INTERFACE_SHIFT;

	clear_words(message);
	if (message->paged || message->cap_count > 0)
		put_page(page, message);

	const struct answer answer = enter(word, target, window, ipc->deadline, message->words);

	get_message(ipc, page, answer.word, answer.caps, message);
	if (!likely((answer.word & 0xff) == OK))
		drop_all(ipc, message);
	return (enum status)(answer.word & 0xff);
}

WITHOUT_FRAME_POINTER
enum status ipc_reply_wait(struct ipc *ipc, cap_t endpoint, struct message *answer,
                           enum status status, uint64_t deadline, enum ipc_event *out_event,
                           struct request *out_request, uint64_t *out_bits)
{
	const unsigned serve = ipc->serve_page;
	struct message_page *answer_page = &ipc->pages[serve + 1];
	uint64_t window = open_window(ipc) | (uint64_t)(serve + 1) << WINDOW_SEND_PAGE_SHIFT |
	                  (uint64_t)serve << WINDOW_RECEIVE_PAGE_SHIFT;
	uint64_t word = SYSCALL_REPLY_WAIT | OP_NO_REPLY;

	if (answer) {
		word = SYSCALL_REPLY_WAIT | message_word(answer) |
		       (uint64_t)status << OP_METHOD_SHIFT;
		window |= message_window(answer);
		if (answer->paged || answer->cap_count > 0)
			put_page(answer_page, answer);
		clear_words(answer);
		if (answer != &out_request->message)
			memcpy(out_request->message.words, answer->words, sizeof(answer->words));
	}

	const struct answer event =
		enter(word, endpoint, window, deadline, out_request->message.words);

	word = event.word;
	if (likely((word & 0xff) == OK && !(word & OP_NOTIFICATION))) {
		*out_event = IPC_REQUEST;
		out_request->badge = event.badge;
		out_request->interface = (uint32_t)(word >> OP_INTERFACE_SHIFT);
		out_request->method = (uint16_t)(word >> OP_METHOD_SHIFT);
		out_request->kept = false;
		out_request->caps_taken = 0;
		out_request->reply_segment = answer_page->segment;
		get_message(ipc, &ipc->pages[serve], word, event.caps, &out_request->message);
		out_request->message.cap_moves = 0;
		return OK;
	}
	if ((word & 0xff) == ERR_TIMEOUT) {
		*out_event = IPC_TIMEOUT;
		return OK;
	}
	if ((word & 0xff) != OK)
		return (enum status)(word & 0xff);
	*out_event = IPC_NOTIFICATION;
	*out_bits = event.badge;
	return OK;
}

WITHOUT_FRAME_POINTER
enum status ipc_answer_kept(struct ipc *ipc, cap_t endpoint, unsigned slot,
                            const struct message *answer, enum status status)
{
	const unsigned page = ipc->call_page;
	const uint64_t window = message_window(answer) | (uint64_t)page << WINDOW_SEND_PAGE_SHIFT |
	                        (uint64_t)slot << WINDOW_REPLY_SLOT_SHIFT;
	struct message sent = *answer;
	const uint64_t word = SYSCALL_REPLY_WAIT | OP_NO_WAIT | message_word(answer) |
	                      (uint64_t)status << OP_METHOD_SHIFT;

	put_page(&ipc->pages[page], answer);
	clear_words(&sent);
	return (enum status)(enter(word, endpoint, window, 0, sent.words).word & 0xff);
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
