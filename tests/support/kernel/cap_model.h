/* SPDX-License-Identifier: MIT */
/*
 * Capability model: what a small world of capabilities has to do, said as
 * plainly as possible, to be compared with the kernel.
 *
 * There are three domains with an account each, and a server that outlives
 * them all. A place is a capability: where it lies, of which grant, and whether
 * it owns that. All that is derived is paid by the deriving domain's account.
 * Each domain makes at most one call at a time; a call can carry a capability,
 * which comes back with the answer.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

enum { MODEL_DOMAINS = 3, MODEL_PLACES = 4, MODEL_GRANTS = 10, MODEL_NOBODY = -1 };

enum model_kind {
	MODEL_DERIVE, /* of `place`, to `other` */
	MODEL_COPY,   /* of `place`, to `other` in `domain` */
	MODEL_MOVE,   /* of `place` to `domain` */
	MODEL_REVOKE,
	MODEL_DROP,
	MODEL_CALL,         /* through `place`; stays queued */
	MODEL_CALL_COPYING, /* likewise, with a copy of `carried`, to come back to `other` */
	MODEL_CALL_MOVING,  /* likewise, with `carried` itself */
	MODEL_SERVE,        /* the first call that can be delivered is answered */
	MODEL_KILL,         /* the account of `domain` */
};

enum { MODEL_KINDS = MODEL_KILL + 1 };

struct model_step {
	uint8_t kind; /* enum model_kind */
	int8_t place, carried, other, domain;
};

struct model_grant {
	int8_t parent; /* MODEL_NOBODY: the server's, which stays */
	int8_t payer;
	bool live;
};

struct model_place {
	int8_t domain; /* MODEL_NOBODY: empty */
	int8_t grant;
	bool owner;
};

struct model_call {
	bool queued;
	int8_t grant;
	int8_t carried; /* place, or MODEL_NOBODY */
	int8_t room;    /* place the carried one comes back to, or MODEL_NOBODY */
	bool moving;
	bool stale; /* what it carries has been dropped or moved since */
};

struct model {
	bool alive[MODEL_DOMAINS];
	struct model_place places[MODEL_PLACES];
	struct model_grant grants[MODEL_GRANTS];
	uint8_t grant_count;
	struct model_call calls[MODEL_DOMAINS];
	int8_t line[MODEL_DOMAINS]; /* domains whose calls are queued, in order */
	uint8_t waiting;
};

/* What a step has to answer. */
struct model_outcome {
	enum status status;
	bool answered[MODEL_DOMAINS]; /* calls that have ended by it */
	enum status answers[MODEL_DOMAINS];
};

/* Domain 0 owns a facet of the server's endpoint in place 0; nobody has anything else. */
void model_init(struct model *model);
/* Every step that makes sense now; returns how many, at most MODEL_STEPS_MAX. */
enum { MODEL_STEPS_MAX = 96 };
unsigned model_steps(const struct model *model, struct model_step *out_steps);
void model_take(struct model *model, const struct model_step *step,
                struct model_outcome *out_outcome);
/* Live grants that the domain's account pays. */
unsigned model_paid(const struct model *model, int domain);
/* Equal for states that differ only in the names of grants. */
uint64_t model_hash(const struct model *model);
