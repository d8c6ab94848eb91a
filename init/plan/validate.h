/* SPDX-License-Identifier: MIT */
/*
 * Validate: whether a plan makes sense as a whole, before anything is started.
 *
 * Looks at everything and reports everything; a plan is good when no error was
 * added. What the form of the language already excludes is not checked again.
 */
#pragma once

#include "diagnostics.h"
#include "plan.h"

/* Finds the line of a field when the policy's source is at hand. */
struct plan_locator {
	void *self;
	/* The line of `field` in the table of the word at `place`, or place.line. */
	uint32_t (*line)(void *self, struct plan_place place, const char *field);
};

struct validate_options {
	uint64_t ram;                       /* what there is for all children; 0: not known */
	uint64_t caps;                      /* likewise */
	const char *const *parent_services; /* NULL-terminated; NULL: not known */
	bool functions;                     /* the policy's source stays at hand for `choose` */
	const struct plan_locator
		*locator; /* NULL: fields are reported at their component's line */
};

void plan_validate(const struct plan *plan, const struct validate_options *options,
                   struct diagnostics *diagnostics);
