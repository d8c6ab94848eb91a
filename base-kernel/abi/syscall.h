/* SPDX-License-Identifier: MIT */
/*
 * The three system calls, by the `syscall` instruction.
 *
 *   register      in                                   out
 *   rax           operation word                       answer word
 *   rdi           call: target capability              call: 0
 *                 reply_wait: endpoint (0: none)       reply_wait: badge, or notification bits
 *                 ring_enter: ring
 *   rsi           window word                          number of capabilities received
 *   rdx           deadline, absolute ns (0: none)      0
 *   rbx r8 r9 r10 r12 r13 r14 r15   the message words 0..7, both ways
 *
 * Only rsp survives a system call; rcx, r11 and rbp come back undefined.
 *
 * call        invokes the target and waits for its answer.
 * reply_wait  answers the call being served (unless NO_REPLY), then waits for
 *             the next message or notification (unless NO_WAIT).
 * ring_enter  submits `words[0]` entries, then waits until `words[1]`
 *             completions are there.
 *
 * A message is either 0..8 register words or, with PAGED, the content of the
 * send page; words beyond the number said are undefined. Reserved bits must be zero.
 */
#pragma once

#include <stdint.h>

enum syscall { SYSCALL_CALL = 0, SYSCALL_REPLY_WAIT = 1, SYSCALL_RING_ENTER = 2 };

/*
 * Operation and answer word:
 *
 *    0..7   operation in, status out (of a received message: OK)
 *    8..11  number of message words
 *   12      PAGED
 *   13      in: NO_REPLY, out: NOTIFICATION
 *   14      in: NO_WAIT
 *   16..31  method; for the reply half of reply_wait: the status of the answer
 *   32..63  interface
 */
enum {
	OP_WORDS_SHIFT = 8,
	OP_WORDS_MASK = 0xf,
	OP_PAGED = 1 << 12,
	OP_NO_REPLY = 1 << 13,
	OP_NOTIFICATION = 1 << 13,
	OP_NO_WAIT = 1 << 14,
	OP_RESERVED = 1 << 15,
	OP_METHOD_SHIFT = 16,
	OP_INTERFACE_SHIFT = 32,
};

/*
 * Window word: what capabilities travel, and which message pages are used.
 *
 *    0..3   number of capabilities sent; their ids stand in the send page
 *    4..11  bit i: capability i is moved instead of copied
 *   12..14  send page
 *   15..17  receive page
 *   18..21  number of free slots opened for received capabilities
 *   22..31  reply slot that the reply half answers (0: the call being served); with
 *           NO_REPLY: the one the call being served is kept in (0: none)
 *   32..63  first slot opened
 *
 * Received capabilities fill the opened slots in order; their ids are written
 * to the receive page.
 */
enum {
	WINDOW_SEND_MASK = 0xf,
	WINDOW_MOVE_SHIFT = 4,
	WINDOW_MOVE_MASK = 0xff,
	WINDOW_SEND_PAGE_SHIFT = 12,
	WINDOW_RECEIVE_PAGE_SHIFT = 15,
	WINDOW_PAGE_MASK = 0x7,
	WINDOW_OPEN_SHIFT = 18,
	WINDOW_OPEN_MASK = 0xf,
	WINDOW_REPLY_SLOT_SHIFT = 22,
	WINDOW_REPLY_SLOT_MASK = 0x3ff,
	WINDOW_FIRST_SHIFT = 32,
};

enum { IPC_WORDS_MAX = 8, IPC_CAPS_MAX = 8, IPC_PAGES_MAX = 8 };
enum { PAGE_BYTES = 4096, IPC_SEGMENT_BYTES = PAGE_BYTES - 128 };

/* One message page, shared between a thread and the kernel. */
struct message_page {
	uint32_t size; /* bytes of the segment that are in use */
	uint32_t reserved[15];
	uint64_t caps[IPC_CAPS_MAX];
	uint64_t segment[IPC_SEGMENT_BYTES / 8];
};

_Static_assert(sizeof(struct message_page) == PAGE_BYTES, "a message page is a page");

/* The user half of every address space; its last page is never mapped. */
#define USER_ADDRESS_MIN 0x1000ul
#define USER_ADDRESS_MAX 0x7ffffffff000ul

/* Capability slots that core finds filled at its start. */
enum core_slot {
	CORE_SLOT_ACCOUNT = 1,
	CORE_SLOT_PLATFORM,
	CORE_SLOT_DOMAIN,
	CORE_SLOT_THREAD,
	CORE_SLOT_CONTEXT,
	CORE_SLOT_ARCHIVE, /* the boot archive, mapped read-only at CORE_ARCHIVE_ADDRESS */
	CORE_SLOT_FIRST_FREE,
};

#define CORE_ARCHIVE_ADDRESS 0x100000000ul
#define CORE_MESSAGE_ADDRESS 0x0f0000000ul /* its first thread's four message pages */
#define CORE_STACK_TOP       0x0e0000000ul

enum { CORE_MESSAGE_PAGES = 4, CORE_STACK_BYTES = 32768 };
