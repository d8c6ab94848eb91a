/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <base/capnp_message.h>
#include <echo_session/types.h>
#include <string.h>

enum { GARBAGE_BYTES = 64, GARBAGE = 0xa5 };

static void put_page(struct request *request, uint32_t size)
{
	request->message.form = 0;
	request->message.paged = true;
	request->message.size = size;
	request->message.segment = request->reply_segment;
}

enum status answer_bend(struct env *env, enum answers how, struct request *request)
{
	struct message *message = &request->message;
	const struct echo_add_results results = {.sum = message->words[0]};

	switch (how) {
	case ANSWERS_AS_DECLARED: return OK;
	case ANSWERS_IN_PAGE:
		return capnp_message_encode(&echo_add_results_layout, &results, message,
		                            request->reply_segment);
	case ANSWERS_SHORT: message->form = 0; return OK;
	case ANSWERS_WITH_CAPABILITY:
		message->cap_count = 1;
		message->caps[0] = env->account;
		return OK;
	case ANSWERS_GARBLED:
		memset(request->reply_segment, GARBAGE, GARBAGE_BYTES);
		put_page(request, GARBAGE_BYTES);
		return OK;
	case ANSWERS_OVERLONG: put_page(request, MESSAGE_BYTES_MAX + 8); return OK;
	}
	return ERR_UNSUPPORTED;
}
