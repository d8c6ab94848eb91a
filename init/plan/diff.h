/* SPDX-License-Identifier: MIT */
/*
 * Diff: what changes for each child when one plan takes the place of another.
 *
 * Some of it is applied to a living child (its budget, its configuration's
 * content), some makes it another child, which begins anew (its binary, its
 * version). Places in the source are no difference.
 */
#pragma once

#include "plan.h"

enum diff_field {
	DIFF_VERSION = 1 << 0,
	DIFF_BINARY = 1 << 1,
	DIFF_PRIORITY = 1 << 2,
	DIFF_CONFIG_SOURCE = 1 << 3, /* inline, a ROM, or none */
	DIFF_HEARTBEAT = 1 << 4,     /* with or without */
	DIFF_RAM = 1 << 5,
	DIFF_CAPS = 1 << 6,
	DIFF_CONFIG = 1 << 7, /* the content of an inline one */
	DIFF_PROVIDES = 1 << 8,
	DIFF_ROUTE = 1 << 9,
	DIFF_SUPERVISION = 1 << 10, /* restart, heartbeat's times, exit_propagate, may_fault */
	DIFF_AFFINITY = 1 << 11,

	DIFF_RESTARTS = DIFF_VERSION | DIFF_BINARY | DIFF_PRIORITY | DIFF_CONFIG_SOURCE |
	                DIFF_HEARTBEAT, /* a child for which one of them changes begins anew */
};
enum { DIFF_FIELDS = 12 };

/* By the number of the bit. */
extern const char *const diff_field_names[DIFF_FIELDS];

/* The fields in which they differ; each with the rules that apply to it in its plan. */
unsigned diff_child(const struct plan *before, const struct plan_child *old,
                    const struct plan *after, const struct plan_child *new);
bool diff_rules_equal(const struct plan_rules *left, const struct plan_rules *right);
