/* SPDX-License-Identifier: MIT */
/*
 * Explain: the way of one request through a plan, in words; a dry run of resolve.h.
 *
 *     shell asks for LOG with label "x"
 *       shop.lua:14: service "ROM": another service
 *       shop.lua:15: service "LOG": matches
 *         child "log_filter": takes it
 *     served by child "log_filter", which sees the label "shell"
 */
#pragma once

#include "resolve.h"

/* Receives the explanation line by line, without newlines. */
struct explain_output {
	void *self;
	void (*line)(void *self, const char *text);
};

enum { EXPLAIN_LINE_MAX = 640 };

/* Resolves the request and tells how; the answer is resolve()'s. */
void explain(const struct plan *plan, const struct resolve_request *request,
             const struct resolve_chooser *chooser, const struct explain_output *output,
             struct resolve_answer *out_answer);

/* The last line alone, for init's log: why a request was refused, or who serves it. */
void explain_answer(const struct plan *plan, const struct resolve_answer *answer,
                    char out[EXPLAIN_LINE_MAX]);
