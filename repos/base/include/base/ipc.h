/* SPDX-License-Identifier: MIT */
/*
 * Ipc: the calling context of one thread.
 *
 * It knows the thread's message pages and keeps a window of free slots open,
 * into which the kernel puts capabilities that come with an answer.
 */
#pragma once

#include <abi/syscall.h>
#include <base/message.h>
#include <base/request.h>
#include <base/slots.h>

enum { IPC_WINDOW_SLOTS = SLOTS_RUN };

/* Message pages: requests sent and what comes back; requests received, and their answers. */
enum { IPC_CALL_PAGE, IPC_SERVE_PAGE, IPC_ANSWER_PAGE };

struct ipc {
	struct message_page *pages;
	struct slots *slots;
	uint64_t deadline; /* of the next calls, absolute ns; 0: none */
	uint64_t
		opened; /* the window word's part that opens IPC_WINDOW_SLOTS free slots; 0: none */
};

enum status ipc_init(struct ipc *ipc, struct message_page *pages, struct slots *slots);

/* What a wait came back with. */
enum ipc_event { IPC_REQUEST, IPC_NOTIFICATION, IPC_TIMEOUT, IPC_FAILED };

/* Room for the answer to the request being served. */
void *ipc_reply_segment(struct ipc *ipc);

/* The end of a request: its answer is its message as the handler left it, with this status. */
static inline uint64_t ipc_reply(enum status status)
{
	return (uint64_t)status << OP_METHOD_SHIFT;
}

/* Other ends: it is answered later, or the service ends and it with it. */
#define IPC_NO_REPLY OP_NO_REPLY
#define IPC_STOP     (1ull << 63)

struct ipc_service {
	struct ipc *ipc;
	cap_t endpoint;
	const uint64_t *deadline; /* absolute ns; 0: none */
	/* Handles `request`, which it finds and leaves here; returns how it ends. */
	uint64_t (*serve)(struct ipc_service *service);
	/*
	 * Of the next end: the kept request it answers, or, with IPC_NO_REPLY, where the one being served is
	 * kept; 0: neither. When it has gone to the kernel it is `ended`.
	 */
	uint32_t slot, ended;
	struct request request;
};

/*
 * Ends a request (`end`; IPC_NO_REPLY: there is none), then serves one after the other until something
 * else comes: a notification, its bits in `request.badge`, or the deadline. IPC_FAILED: the answer could
 * not be sent, its status is in `request.word`; IPC_REQUEST: stopped in the handling of one.
 */
enum ipc_event ipc_serve(struct ipc_service *service, uint64_t end);

/*
 * Answers the request being served with `status` and `answer` (unless NULL: it is kept, or there is
 * none), then waits at `endpoint` for what comes next. `deadline` 0: for ever.
 * A failure other than ERR_TIMEOUT (an event) is the server's own mistake. The words of `answer` beyond
 * its word_count are cleared.
 */
enum status ipc_reply_wait(struct ipc *ipc, cap_t endpoint, struct message *answer,
                           enum status status, uint64_t deadline, enum ipc_event *out_event,
                           struct request *out_request, uint64_t *out_bits);
/* Answers the kept request in `slot` of `endpoint`. ERR_GONE: nobody waits for it any more. */
enum status ipc_answer_kept(struct ipc *ipc, cap_t endpoint, unsigned slot,
                            const struct message *answer, enum status status);

/* Is it the kernel's own? What answers for itself could make who signals it wait. */
bool ipc_notification(struct ipc *ipc, cap_t signal);

/* The capability's end; its slot is free again. A null capability is ignored. */
void ipc_drop(struct ipc *ipc, cap_t cap);
