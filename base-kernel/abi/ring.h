/* SPDX-License-Identifier: MIT */
/*
 * Ring: submission and completion queue shared between a domain and the kernel.
 *
 * The pages at the ring's address hold, in this order: the header (one page),
 * the submissions, the completions (twice as many), each array rounded up to
 * whole pages, then the buffers, which are message pages. The owner writes
 * `submission_tail` and `completion_head`, the kernel the other two; the
 * kernel keeps its own copies and believes nothing it reads back.
 */
#pragma once

#include <abi/syscall.h>

enum ring_op {
	RING_NOP,     /* completes OK */
	RING_CALL,    /* calls `target`; completes with the answer */
	RING_RECV,    /* completes with the next message for the endpoint `target` */
	RING_RETURN,  /* answers the call of an earlier RECV completion, named by `call` */
	RING_RELEASE, /* drops the capability `target` */
};

enum { RING_OP_COUNT = RING_RELEASE + 1 };

struct ring_submission {
	uint8_t op;
	uint8_t flags;           /* must be 0 */
	uint16_t send_buffer;    /* index of a buffer, for PAGED and capabilities sent */
	uint16_t receive_buffer; /* index of a buffer, for what comes back */
	uint16_t reserved;
	uint64_t user_data;      /* returned with the completion */
	uint64_t target;
	uint64_t word;           /* operation word, as in a system call; the low 8 bits are zero */
	uint64_t window;         /* window word; its page fields are zero */
	uint64_t call;           /* RETURN: what the RECV's completion said */
	uint64_t deadline;       /* absolute ns, 0: none */
	uint64_t words[IPC_WORDS_MAX];
	uint64_t padding;
};

struct ring_completion {
	uint64_t user_data;
	uint64_t word;  /* answer word, as from a system call */
	uint64_t badge; /* RECV: the caller's badge */
	uint64_t call;  /* RECV: names the call for RETURN */
	uint32_t caps;  /* number of capabilities received; ids are in the receive buffer */
	uint32_t reserved;
	uint64_t words[IPC_WORDS_MAX];
	uint64_t padding[3];
};

struct ring_header {
	_Alignas(64) uint32_t submission_head; /* kernel */
	_Alignas(64) uint32_t submission_tail; /* owner */
	_Alignas(64) uint32_t completion_head; /* owner */
	_Alignas(64) uint32_t completion_tail; /* kernel */
};

_Static_assert(sizeof(struct ring_submission) == 128, "two cache lines");
_Static_assert(sizeof(struct ring_completion) == 128, "two cache lines");
