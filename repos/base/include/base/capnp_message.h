/* SPDX-License-Identifier: MIT */
/*
 * Between views and messages: what generated clients and servers call.
 *
 * A struct without pointers but capabilities travels in registers, as its
 * bare data section; any other as a segment in the message page. Receivers
 * take either form of any struct, since the other side may know a smaller or
 * a larger one.
 */
#pragma once

#include <base/capnp_layout.h>
#include <base/message.h>

/*
 * Writes a view into the page form at `segment` (MESSAGE_BYTES_MAX bytes) and
 * its capabilities beside it, numbered in the order of the fields; cap_moves is kept.
 */
enum status capnp_message_encode(const struct capnp_layout *layout, const void *view,
                                 struct message *message, void *segment);

/* Reads a message of either form; the view lives as long as message and page. */
enum status capnp_message_decode(const struct capnp_layout *layout, const struct message *message,
                                 void *view);

/* What a shorter register form lacks reads as zero. */
static inline void capnp_message_pad(struct message *message, uint32_t words, uint32_t caps)
{
	for (uint32_t i = message->word_count; i < words; i++)
		message->words[i] = 0;
	for (uint32_t i = message->cap_count; i < caps; i++)
		message->caps[i] = (cap_t){0};
}

/* Null capabilities at the end need not travel. */
static inline void capnp_message_trim(struct message *message)
{
	while (message->cap_count > 0 && message->caps[message->cap_count - 1].id == 0)
		message->cap_count--;
}
