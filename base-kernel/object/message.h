/* SPDX-License-Identifier: MIT */
/*
 * Message transfer: words, page and capabilities from one side to another.
 *
 * All is decided on both tables before anything is changed.
 */
#pragma once

#include <abi/status.h>
#include <abi/syscall.h>
#include <stdint.h>

#include "memory/memory.h"

struct domain;

/* One end of a transfer. */
struct message_side {
	struct domain *domain;
	uint64_t *words;
	struct message_page *send;    /* NULL: no page */
	struct message_page *receive; /* NULL: no page */
	uint64_t window;
};

struct message_result {
	uint64_t word; /* number of words and PAGED, as in an answer word */
	unsigned caps;
};

/* How many words, as an operation or answer word says it. */
static inline uint64_t message_words(uint64_t word)
{
	return word & (uint64_t)OP_WORDS_MASK << OP_WORDS_SHIFT;
}

/* The general one, with pages and capabilities. */
enum status message_transfer_full(const struct message_side *from, uint64_t word,
                                  const struct message_side *to, struct message_result *out_result);

/*
 * ERR_BAD_CAP, ERR_GONE, ERR_BAD_ARG: the sender's mistake. ERR_INSUFFICIENT_CAPS: the receiver's
 * window is too small or not free; ERR_INSUFFICIENT_RAM: it has no page for a page.
 */
static inline enum status message_transfer(const struct message_side *from, uint64_t word,
                                           const struct message_side *to,
                                           struct message_result *out_result)
{
	const uint64_t words = message_words(word);

	if ((word & OP_PAGED) || (from->window & WINDOW_SEND_MASK) ||
	    words > (uint64_t)IPC_WORDS_MAX << OP_WORDS_SHIFT)
		return message_transfer_full(from, word, to, out_result);
	if (words)
		memory_copy_words(to->words, from->words, IPC_WORDS_MAX);
	*out_result = (struct message_result){.word = words};
	return OK;
}
