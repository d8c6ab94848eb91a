/* SPDX-License-Identifier: MIT */
/*
 * Check: what a test component expects to hold, said line by line in its log.
 *
 * A check that fails is logged with FAILED in front and changes the exit code,
 * so a scenario that says `never "FAILED"` and `exited { …, code = 0 }` can't
 * pass over it. The last line counts the checks: one that was left out is seen.
 */
#pragma once

#include <base/env.h>

struct check {
	struct env *env;
	unsigned held, failed;
};

/* Each answers whether it holds, for checks that make no sense without. */
bool check_that(struct check *check, const char *what, bool holds);
bool check_status(struct check *check, const char *what, enum status got, enum status wanted);
bool check_equal(struct check *check, const char *what, uint64_t got, uint64_t wanted);

/* Logs the count; returns the exit code. */
int check_result(const struct check *check);
