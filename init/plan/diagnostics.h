/* SPDX-License-Identifier: MIT */
/*
 * Diagnostics: everything that is wrong with a policy, each with its place.
 *
 * Whoever looks at a policy adds what it finds and goes on, so that one look
 * reports all. The text is made here and in the callers, never by who prints
 * it: `capos check` on the host and init on the target say the same words,
 *
 *     shop.lua:12: error: component 'nic': unknown field 'qota' (did you mean 'quota'?)
 *
 * The list is bounded; what comes after DIAGNOSTICS_MAX is only counted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIAGNOSTICS_MAX = 64, DIAGNOSTIC_BYTES_MAX = 320 };

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

struct diagnostic {
	enum severity severity;
	char *file;       /* owned */
	uint32_t line;    /* 0: the file as a whole */
	uint32_t ordinal; /* the order of adding, which decides among equal lines */
	char *text;       /* owned; without place and severity */
};

struct diagnostics {
	struct diagnostic items[DIAGNOSTICS_MAX];
	uint32_t count;
	uint32_t dropped;
	uint32_t errors; /* including dropped ones */
};

/* A zeroed struct is an empty list. */
void diagnostics_fini(struct diagnostics *diagnostics);

/* Adds one finding. The same text at the same place is kept only once. */
[[gnu::format(printf, 5, 6)]] void diagnostics_add(struct diagnostics *diagnostics,
                                                   enum severity severity, const char *file,
                                                   uint32_t line, const char *format, ...);

/* By file in order of first mention, then by line, then by order of adding. */
void diagnostics_sort(struct diagnostics *diagnostics);

/* One line of output, without newline; cut off at `size`. */
void diagnostic_format(const struct diagnostic *diagnostic, char *out, size_t size);
