/* SPDX-License-Identifier: MIT */
/*
 * Messages: what a call carries to its server, and the answer back.
 *
 * A message is either up to eight register words, or a Cap'n Proto segment in
 * a message page; up to eight capabilities travel beside it in either form.
 */
#pragma once

#include <abi/cap.h>
#include <abi/status.h>
#include <abi/syscall.h>
#include <stdbool.h>
#include <stdint.h>

enum { MESSAGE_WORDS_MAX = 8, MESSAGE_CAPS_MAX = 8, MESSAGE_BYTES_MAX = 3968 };

struct message {
	uint64_t words[MESSAGE_WORDS_MAX]; /* register form: the first word_count are valid */
	cap_t caps[MESSAGE_CAPS_MAX];      /* the first cap_count are valid */
	union {
		struct {
			uint8_t word_count;
			uint8_t cap_count;
			uint8_t cap_moves; /* bit i: caps[i] is moved instead of copied (sending only) */
			bool paged; /* page form: `size` bytes of segment at `segment`; words unused */
		};
		uint32_t form; /* the four at once; a number of words alone is that number */
	};
	uint32_t size;
	void *segment; /* 8-byte aligned */
};

struct ipc; /* a thread's calling context, see <base/ipc.h> */

static inline uint64_t message_name(uint32_t interface, uint16_t method, unsigned words)
{
	return (uint64_t)interface << OP_INTERFACE_SHIFT | (uint64_t)method << OP_METHOD_SHIFT |
	       (uint64_t)words << OP_WORDS_SHIFT | SYSCALL_CALL;
}

/* A message of a few words is sent with zeros behind them. */
static inline void message_clear(struct message *message, unsigned words)
{
	for (unsigned i = words; words && i < MESSAGE_WORDS_MAX; i++)
		message->words[i] = 0;
}

/* Room for a page-form request under construction: MESSAGE_BYTES_MAX bytes, 8-aligned. */
void *ipc_send_segment(struct ipc *ipc);
/*
 * Sends *message to target and waits. On OK *message holds the answer; its segment is valid
 * until the next call on this ipc, its capabilities are the caller's to drop.
 */
enum status ipc_call(struct ipc *ipc, cap_t target, uint32_t interface, uint16_t method,
                     struct message *message);
/*
 * The same for a message of words alone, whose answer brings no capabilities (one that does is
 * ERR_OUT_OF_CAPS: no slot is open for what nobody has asked for): `name` is the operation
 * word, message_name() of the method and the number of words; those behind them are zero.
 */
enum status ipc_call_words(struct ipc *ipc, cap_t target, uint64_t name, struct message *message);
