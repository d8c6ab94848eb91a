/* SPDX-License-Identifier: MIT */
#include <base/ipc.h>
#include <kernel/client.h>
#include <string.h>

/*
 * One system call, as in syscall.S, but within its caller: who holds this has no frame pointer,
 * since nothing but rsp survives the kernel.
 */
#define WITHOUT_FRAME_POINTER __attribute__((optimize("omit-frame-pointer")))

/* The window words' part that names the pages. */
#define CALL_WINDOW \
	((uint64_t)IPC_CALL_PAGE << WINDOW_SEND_PAGE_SHIFT | (uint64_t)IPC_CALL_PAGE \
	                                                             << WINDOW_RECEIVE_PAGE_SHIFT)
#define SERVE_WINDOW \
	((uint64_t)IPC_ANSWER_PAGE << WINDOW_SEND_PAGE_SHIFT | \
	 (uint64_t)IPC_SERVE_PAGE << WINDOW_RECEIVE_PAGE_SHIFT)

struct answer {
	uint64_t word, badge, caps;
};

/*
 * A message without words takes none from memory, and clears the registers: nothing of this component
 * is to be seen on the other side.
 */
static inline __attribute__((always_inline)) struct answer enter(uint64_t word, cap_t target,
                                                                 uint64_t window, uint64_t deadline,
                                                                 uint64_t *words)
{
	struct answer answer;

	asm volatile(
		"lea -128(%%rsp), %%rsp\n\t" /* what the compiler keeps below the stack pointer */
		"push %%rcx\n\t"
		"test $0xf00, %%eax\n\t"
		"jz 1f\n\t"
		"mov 0(%%rcx), %%rbx\n\t"
		"mov 8(%%rcx), %%r8\n\t"
		"mov 16(%%rcx), %%r9\n\t"
		"mov 24(%%rcx), %%r10\n\t"
		"mov 32(%%rcx), %%r12\n\t"
		"mov 40(%%rcx), %%r13\n\t"
		"mov 48(%%rcx), %%r14\n\t"
		"mov 56(%%rcx), %%r15\n\t"
		"jmp 2f\n"
		"1:\txor %%ebx, %%ebx\n\t"
		"xor %%r8d, %%r8d\n\t"
		"xor %%r9d, %%r9d\n\t"
		"xor %%r10d, %%r10d\n\t"
		"xor %%r12d, %%r12d\n\t"
		"xor %%r13d, %%r13d\n\t"
		"xor %%r14d, %%r14d\n\t"
		"xor %%r15d, %%r15d\n"
		"2:\tsyscall\n\t"
		"pop %%rcx\n\t"
		"lea 128(%%rsp), %%rsp\n\t"
		"test $0xf00, %%eax\n\t"
		"jz 3f\n\t"
		"mov %%rbx, 0(%%rcx)\n\t"
		"mov %%r8, 8(%%rcx)\n\t"
		"mov %%r9, 16(%%rcx)\n\t"
		"mov %%r10, 24(%%rcx)\n\t"
		"mov %%r12, 32(%%rcx)\n\t"
		"mov %%r13, 40(%%rcx)\n\t"
		"mov %%r14, 48(%%rcx)\n\t"
		"mov %%r15, 56(%%rcx)\n"
		"3:"
		: "=a"(answer.word), "=D"(answer.badge), "=S"(answer.caps), "+d"(deadline),
		  "+c"(words)
		: "0"(word), "1"(target.id), "2"(window)
		: "rbx", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory");
	return answer;
}

static enum status open_window(struct ipc *ipc)
{
	uint32_t first;
	const enum status status = slots_take(ipc->slots, IPC_WINDOW_SLOTS, &first);

	if (status == OK)
		ipc->opened = (uint64_t)IPC_WINDOW_SLOTS << WINDOW_OPEN_SHIFT |
		              (uint64_t)first << WINDOW_FIRST_SHIFT;
	return status;
}

enum status ipc_init(struct ipc *ipc, struct message_page *pages, struct slots *slots)
{
	*ipc = (struct ipc){.pages = pages, .slots = slots};
	return open_window(ipc);
}

void *ipc_send_segment(struct ipc *ipc)
{
	return ipc->pages[IPC_CALL_PAGE].segment;
}

void *ipc_reply_segment(struct ipc *ipc)
{
	return ipc->pages[IPC_ANSWER_PAGE].segment;
}

#define likely(condition) __builtin_expect(!!(condition), 1)

/* The other side sees zeros where nothing is said, if anything is said. */
static inline void clear_words(struct message *message)
{
	switch (message->word_count) {
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

static void get_page(struct ipc *ipc, struct message_page *page, uint64_t word, uint64_t caps,
                     struct message *message)
{
	message->cap_count = (uint8_t)caps;
	message->paged = word & OP_PAGED;
	for (unsigned i = 0; i < message->cap_count; i++)
		message->caps[i].id = page->caps[i];
	if (message->paged) {
		message->size = page->size;
		message->segment = page->segment;
	}
	if (caps == 0)
		return;
	/* The window's slots are the receiver's now; those without a capability go back. */
	const uint32_t first = (uint32_t)(ipc->opened >> WINDOW_FIRST_SHIFT);

	for (unsigned i = 0; i < caps; i++) {
		if (!cap_valid(message->caps[i]))
			slots_put(ipc->slots, first + i, 1);
	}
	slots_put(ipc->slots, first + (uint32_t)caps, IPC_WINDOW_SLOTS - (uint32_t)caps);
	ipc->opened = 0;
}

/* What came: its words are in the message already. */
static inline void get_message(struct ipc *ipc, struct message_page *page, uint64_t word,
                               uint64_t caps, struct message *message)
{
	message->form = (word >> OP_WORDS_SHIFT) & OP_WORDS_MASK;
	if (!likely(((word & OP_PAGED) | caps) == 0))
		get_page(ipc, page, word, caps, message);
}

/* A window is opened again when the last one was used; without one, capabilities can't come in. */
static inline uint64_t opened(struct ipc *ipc)
{
	if (!likely(ipc->opened != 0))
		(void)open_window(ipc);
	return ipc->opened;
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
	struct message_page *page = &ipc->pages[IPC_CALL_PAGE];
	const uint64_t window = opened(ipc) | message_window(message) | CALL_WINDOW;
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

_Static_assert(offsetof(struct ipc, deadline) == 16 && offsetof(struct message, words) == 0 &&
                       offsetof(struct message, form) == 128 &&
                       offsetof(struct message, segment) == 136,
               "syscall.S");

/* The rest of ipc_call_words, where the answer has grown into a page. */
enum status ipc_call_paged(struct ipc *ipc, uint64_t word, struct message *message);

enum status ipc_call_paged(struct ipc *ipc, uint64_t word, struct message *message)
{
	message->form = 0;
	get_page(ipc, &ipc->pages[IPC_CALL_PAGE], word, 0, message);
	return (enum status)(word & 0xff);
}

/* What the end of a request says beyond its status, in `word` and `window`. */
static void put_answer(struct ipc_service *service, uint64_t *word, uint64_t *window)
{
	struct message *answer = &service->request.message;

	*window |= (uint64_t)service->slot << WINDOW_REPLY_SLOT_SHIFT;
	service->ended = service->slot;
	service->slot = 0;
	if (*word & OP_NO_REPLY)
		return;
	*word |= message_word(answer);
	*window |= message_window(answer);
	put_page(&service->ipc->pages[IPC_ANSWER_PAGE], answer);
	clear_words(answer);
}

static enum ipc_event event_of(uint64_t word)
{
	if ((word & 0xff) == OK)
		return IPC_NOTIFICATION;
	return (word & 0xff) == ERR_TIMEOUT ? IPC_TIMEOUT : IPC_FAILED;
}

WITHOUT_FRAME_POINTER
enum ipc_event ipc_serve(struct ipc_service *service, uint64_t end)
{
	for (;;) {
		struct request *request = &service->request;
		uint64_t word = SYSCALL_REPLY_WAIT | end;
		uint64_t window = opened(service->ipc) | SERVE_WINDOW;

		if (!likely((request->message.form | service->slot) == 0))
			put_answer(service, &word, &window);

		const struct answer event = enter(word, service->endpoint, window,
		                                  *service->deadline, request->message.words);

		request->badge = event.badge;
		request->word = event.word;
		if (!likely((event.word & (0xff | OP_NOTIFICATION)) == OK))
			return event_of(event.word);
		request->kept = false;
		request->caps_taken = 0;
		get_message(service->ipc, &service->ipc->pages[IPC_SERVE_PAGE], event.word,
		            event.caps, &request->message);
		end = service->serve(service);
		if (!likely(!(end & IPC_STOP)))
			return IPC_REQUEST;
	}
}

static uint64_t stop(struct ipc_service *service)
{
	(void)service;
	return IPC_STOP;
}

enum status ipc_reply_wait(struct ipc *ipc, cap_t endpoint, struct message *answer,
                           enum status status, uint64_t deadline, enum ipc_event *out_event,
                           struct request *out_request, uint64_t *out_bits)
{
	struct ipc_service service = {
		.ipc = ipc, .endpoint = endpoint, .deadline = &deadline, .serve = stop};

	if (answer)
		service.request.message = *answer;
	*out_event = ipc_serve(&service, answer ? ipc_reply(status) : IPC_NO_REPLY);
	*out_request = service.request;
	out_request->reply_segment = ipc->pages[IPC_ANSWER_PAGE].segment;
	*out_bits = out_request->badge;
	return *out_event == IPC_FAILED ? (enum status)(out_request->word & 0xff) : OK;
}

WITHOUT_FRAME_POINTER
enum status ipc_answer_kept(struct ipc *ipc, cap_t endpoint, unsigned slot,
                            const struct message *answer, enum status status)
{
	const uint64_t window =
		message_window(answer) | CALL_WINDOW | (uint64_t)slot << WINDOW_REPLY_SLOT_SHIFT;
	struct message sent = *answer;
	const uint64_t word = SYSCALL_REPLY_WAIT | OP_NO_WAIT | message_word(answer) |
	                      (uint64_t)status << OP_METHOD_SHIFT;

	put_page(&ipc->pages[IPC_CALL_PAGE], answer);
	clear_words(&sent);
	return (enum status)(enter(word, endpoint, window, 0, sent.words).word & 0xff);
}

bool ipc_notification(struct ipc *ipc, cap_t signal)
{
	const struct self_inspect_params params = {.cap = signal.id};
	struct self_inspect_results results;

	return cap_valid(signal) && self_inspect(ipc, CAP_NULL, &params, &results) == OK &&
	       results.kind == OBJECT_KIND_NOTIFICATION;
}

void ipc_drop(struct ipc *ipc, cap_t cap)
{
	const struct self_drop_params params = {.cap = cap.id};

	if (!cap_valid(cap))
		return;
	/* A slot that could not be emptied was empty. */
	(void)self_drop(ipc, CAP_NULL, &params);
	slots_put(ipc->slots, cap_slot(cap), 1);
}
