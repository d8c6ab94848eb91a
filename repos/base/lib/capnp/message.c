/* SPDX-License-Identifier: MIT */
#include <base/capnp_message.h>

#include <string.h>

/* A message that does not fit is the caller's mistake: no donation would help. */
static enum status mistake(enum status status)
{
	if (status == ERR_INSUFFICIENT_RAM || status == ERR_INSUFFICIENT_CAPS)
		return ERR_BAD_ARG;
	return status;
}

enum status capnp_message_encode(const struct capnp_layout *layout, const void *view,
                                 struct message *message, void *segment)
{
	/* the view may lie in this very message, so its capabilities are replaced last */
	cap_t caps[MESSAGE_CAPS_MAX];
	struct capnp_builder builder;

	enum status status =
		capnp_builder_init(&builder, segment, MESSAGE_BYTES_MAX, caps, MESSAGE_CAPS_MAX);
	if (status == OK)
		status = capnp_encode_builder(layout, view, &builder);
	if (status != OK)
		return mistake(status);
	message->paged = true;
	message->word_count = 0;
	message->cap_count = (uint8_t)builder.cap_count;
	message->size = 8 * builder.word_count;
	message->segment = segment;
	memcpy(message->caps, caps, builder.cap_count * sizeof(caps[0]));
	return OK;
}

enum status capnp_message_decode(const struct capnp_layout *layout, const struct message *message,
                                 void *view)
{
	const struct capnp_struct bare = {
		.segment = {.caps = message->caps, .cap_count = message->cap_count},
		.data = (const uint8_t *)message->words,
		.data_size = 8u * message->word_count,
		.bare = true,
	};
	struct capnp_segment segment;
	struct capnp_struct root;

	if (message->cap_count > MESSAGE_CAPS_MAX || message->word_count > MESSAGE_WORDS_MAX)
		return ERR_BAD_ARG;
	if (!message->paged)
		return capnp_decode_struct(layout, &bare, view);
	if (message->size > MESSAGE_BYTES_MAX)
		return ERR_BAD_ARG;
	enum status status = capnp_segment_init(&segment, message->segment, message->size,
	                                        message->caps, message->cap_count);
	if (status == OK)
		status = capnp_root(&segment, &root);
	if (status != OK)
		return status;
	return capnp_decode_struct(layout, &root, view);
}
