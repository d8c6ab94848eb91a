/* SPDX-License-Identifier: MIT */
/*
 * Label: the path along which a session request came, "init -> shell -> log".
 *
 * Each parent puts its child's name in front. Empty parts leave no arrow:
 * "shell" joined with "" is "shell". Comparing ignores blanks at both ends, so
 * that a path with an empty tail ("shell -> ") can be written down.
 */
#pragma once

#include <stdbool.h>

enum { LABEL_BYTES_MAX = 256 }; /* with the final NUL */

struct label {
	char text[LABEL_BYTES_MAX];
};

/* false: too long. */
bool label_set(struct label *label, const char *text);

/* "left -> right"; false: too long. out may be neither argument. */
bool label_join(struct label *out, const char *left, const char *right);

/* Equal but for blanks at the ends. */
bool label_equal(const char *left, const char *right);

/* The part behind the last arrow; the whole when there is none. */
const char *label_last(const char *text);

/* All before the last arrow; "" when there is none. */
void label_identity(struct label *out, const struct label *label);
