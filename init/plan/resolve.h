/* SPDX-License-Identifier: MIT */
/*
 * Resolve: where a session request goes. A pure function of the plan, the
 * requesting child, the service and the label; README.md has the rules.
 *
 * Only `choose` needs help from outside: a function of the policy's source,
 * reached through resolve_chooser.
 */
#pragma once

#include "label.h"
#include "plan.h"

struct resolve_request {
	uint32_t child;      /* who asks */
	const char *service; /* "LOG" */
	const char *label;   /* as the child gave it, without the child's own name */
	bool environment;    /* one of the sessions a component is born with */
};

enum resolve_outcome {
	RESOLVE_CHILD,
	RESOLVE_PARENT,
	RESOLVE_CONFIG,        /* init itself serves the child's inline configuration */
	RESOLVE_STATE,         /* init itself serves its state report */
	RESOLVE_NO_RULE,       /* refused: no rule matches */
	RESOLVE_NOT_SERVED,    /* refused: the rule's targets do not provide the service */
	RESOLVE_DENIED,        /* refused: `deny` */
	RESOLVE_AMBIGUOUS,     /* refused: several children for any_child */
	RESOLVE_NOT_CHOSEN,    /* refused: the function answered deny or nothing */
	RESOLVE_CHOOSE_FAILED, /* refused: the function failed; `error` says how */
	RESOLVE_LABEL_TOO_LONG,
};

enum { RESOLVE_ERROR_MAX = 512 };

struct resolve_answer {
	enum resolve_outcome outcome;
	uint32_t child;                   /* RESOLVE_CHILD */
	struct label label;               /* what the server sees */
	const struct plan_rule *rule;     /* NULL: none decided */
	const struct plan_target *target; /* NULL: none decided */
	char error[RESOLVE_ERROR_MAX];    /* RESOLVE_CHOOSE_FAILED */
};

/*
 * Asks the function of `target` and returns an index into target->declared,
 * RESOLVE_CHOICE_NONE (deny), or RESOLVE_CHOICE_FAILED with a text in *error.
 */
enum { RESOLVE_CHOICE_NONE = -1, RESOLVE_CHOICE_FAILED = -2 };

struct resolve_chooser {
	void *self;
	int (*choose)(void *self, const struct plan_target *target, const struct plan_child *child,
	              const struct resolve_request *request, char error[RESOLVE_ERROR_MAX]);
};

/* What became of one rule, or of one target of a rule that matched. */
enum resolve_verdict {
	VERDICT_OTHER_SERVICE,
	VERDICT_OTHER_LABEL,
	VERDICT_MATCHES,
	VERDICT_NOT_PROVIDED,
	VERDICT_TAKEN,
	VERDICT_REFUSED,
};

struct resolve_step {
	const struct plan_rule *rule;
	const struct plan_target *target; /* NULL: about the rule as a whole */
	enum resolve_verdict verdict;
};

/* Told about every step; for explain.h. */
struct resolve_trace {
	void *self;
	void (*step)(void *self, const struct resolve_step *step);
};

/* chooser and trace may be NULL. */
void resolve(const struct plan *plan, const struct resolve_request *request,
             const struct resolve_chooser *chooser, const struct resolve_trace *trace,
             struct resolve_answer *out_answer);

/* The same for a request from the parent for an exported service; request->child is not used. */
void resolve_export(const struct plan *plan, const struct resolve_request *request,
                    const struct resolve_trace *trace, struct resolve_answer *out_answer);

static inline bool resolve_granted(const struct resolve_answer *answer)
{
	return answer->outcome <= RESOLVE_STATE;
}

/* Why a request was refused, or who serves it, in a few words. */
const char *resolve_outcome_text(enum resolve_outcome outcome);
