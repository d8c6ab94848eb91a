/* SPDX-License-Identifier: MIT */
/*
 * Ring: submission and completion queue shared between a domain and the kernel.
 *
 * The pages at the ring's address hold, in this order: the header (one page),
 * the submissions, the completions (twice as many), each array rounded up to
 * whole pages, then the buffers, which are message pages. The owner writes
 * `submission_tail` and `completion_head`, the kernel the others; the kernel
 * keeps its own copies and believes nothing it reads back.
 *
 * Each entry has exactly one completion (a multishot RECV some more before it).
 * An entry is taken only while there is room for its completion; those that
 * can't complete at once are at most as many as the ring has entries, and the
 * next one completes ERR_NOT_NOW. Completions come in the order of the events.
 *
 * Chain: entries in a row, each but the last with RING_LINK. One starts when
 * the one before it has completed OK, be it much later; when one fails the
 * rest complete with its status. A chain goes on only in the owner's time: in
 * its next ring_enter, or while it waits in one. `due` in the header says that
 * there is something to go on with. Within a chain RING_TARGET_RESULT makes
 * `target` name a capability that an earlier entry received.
 */
#pragma once

#include <abi/syscall.h>

enum ring_op {
	RING_NOP, /* completes OK */
	RING_CALL, /* calls `target`, a component's object or the kernel's; completes with the answer */
	RING_RECV,    /* completes with the next message for the endpoint `target` */
	RING_RETURN,  /* answers the call of an earlier RECV completion, named by `call` */
	RING_RELEASE, /* drops the capability `target` */
	RING_SIGNAL,  /* signals `target`; `words[0]` are the bits if it is the full notification */
	RING_WAIT, /* completes with the bits of the notification `target`; ERR_NOT_NOW: it has a sink */
	RING_TIMEOUT, /* completes OK at `deadline` */
	RING_CANCEL, /* ends those with the `user_data` that `target` says, ERR_CANCELLED; ERR_BAD_ARG: none */
};

enum { RING_OP_COUNT = RING_CANCEL + 1 };

enum {
	RING_LINK = 1 << 0,          /* the next entry belongs to the same chain */
	RING_TARGET_RESULT = 1 << 1, /* `target` is a RING_RESULT */
	/*
	 * RECV stays, and its completions say RING_MORE, until a message comes with a page or capabilities
	 * (it has but one buffer), or completions or entries run short. Never part of a chain.
	 */
	RING_MULTISHOT = 1 << 2,
	RING_FLAGS = RING_LINK | RING_TARGET_RESULT | RING_MULTISHOT,
};

/* The capability `index` (0..7) of what the entry `distance` (1: the one before) places earlier received. */
#define RING_RESULT(distance, index) ((uint64_t)(distance) << 8 | (index))

struct ring_submission {
	uint8_t op;
	uint8_t flags;
	uint16_t send_buffer;    /* index of a buffer, for PAGED and capabilities sent */
	uint16_t receive_buffer; /* index of a buffer, for what comes back */
	uint16_t reserved;       /* must be 0 */
	uint64_t user_data;      /* returned with the completion */
	uint64_t target;
	uint64_t word;     /* operation word, as in a system call; the low 8 bits are zero */
	uint64_t window;   /* window word; its page fields are zero */
	uint64_t call;     /* RETURN: what the RECV's completion said */
	uint64_t deadline; /* CALL, RECV, WAIT, TIMEOUT: absolute ns, 0: none */
	uint64_t words[IPC_WORDS_MAX]; /* read if `word` says that there are any, and by SIGNAL */
	uint64_t padding;
};

enum { RING_MORE = 1 << 0 };

struct ring_completion {
	uint64_t user_data;
	uint64_t word;  /* answer word, as from a system call */
	uint64_t badge; /* RECV: the caller's badge; WAIT: the bits */
	uint64_t call;  /* RECV: names the call for RETURN */
	uint32_t caps;  /* number of capabilities received; ids are in the receive buffer */
	uint32_t flags; /* RING_MORE: the entry will complete again */
	uint64_t words[IPC_WORDS_MAX]; /* valid as far as `word` says */
	uint64_t padding[3];
};

struct ring_header {
	_Alignas(64) uint32_t submission_head; /* kernel */
	_Alignas(64) uint32_t submission_tail; /* owner */
	_Alignas(64) uint32_t completion_head; /* owner */
	_Alignas(64) uint32_t completion_tail; /* kernel */
	_Alignas(64) uint32_t due;             /* kernel: not 0: chains can go on, enter the ring */
};

_Static_assert(sizeof(struct ring_submission) == 128, "two cache lines");
_Static_assert(sizeof(struct ring_completion) == 128, "two cache lines");
