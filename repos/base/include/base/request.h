/* SPDX-License-Identifier: MIT */
/*
 * Request: one received call, being served.
 */
#pragma once

#include <base/message.h>

struct request {
	uint64_t badge;
	union {
		uint64_t word; /* as the kernel gave it, see <abi/syscall.h> */
		struct {
			uint16_t shape; /* status, and what comes; in `message` in full */
			uint16_t method;
			uint32_t interface;
		};
	};
	uint8_t caps_taken;     /* bit i: message.caps[i] stays with the server, see request_take */
	bool kept;              /* the handler answers later; see entrypoint_keep */
	struct message message; /* in: the request; out: the answer */
	void *reply_segment;    /* room for a page-form answer, MESSAGE_BYTES_MAX */
};

/*
 * Capabilities that came with a request are dropped when it was served, unless taken: the
 * server then has to drop them itself. Returns `cap`.
 */
static inline cap_t request_take(struct request *request, cap_t cap)
{
	for (unsigned i = 0; i < MESSAGE_CAPS_MAX; i++) {
		if (request->message.caps[i].id == cap.id)
			request->caps_taken |= (uint8_t)(1u << i);
	}
	return cap;
}
