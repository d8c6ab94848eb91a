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

enum { IPC_WINDOW_SLOTS = 4 };

struct ipc {
	struct message_page *pages;
	struct slots *slots;
	uint64_t deadline;  /* of the next calls, absolute ns; 0: none */
	uint32_t window;    /* first of IPC_WINDOW_SLOTS free slots */
	uint8_t call_page;  /* for requests sent and their answers */
	uint8_t serve_page; /* for requests received; the next one is for their answers */
};

/* The first page is for calls, the next two, if there, for serving. */
enum status ipc_init(struct ipc *ipc, struct message_page *pages, struct slots *slots);

/* What reply_wait came back with. */
enum ipc_event { IPC_REQUEST, IPC_NOTIFICATION, IPC_TIMEOUT };

/* Room for the answer to the request being served. */
void *ipc_reply_segment(struct ipc *ipc);

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

/* The capability's end; its slot is free again. A null capability is ignored. */
void ipc_drop(struct ipc *ipc, cap_t cap);
