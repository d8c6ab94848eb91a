/* SPDX-License-Identifier: MIT */
/*
 * Sandbox: a Lua state in which a policy's source runs.
 *
 * All it can reach is library.h, the words, and include. Its globals cannot be
 * set, and reading one that does not exist is an error with a suggestion. Source
 * only, no bytecode. Time and memory are metered (meter.h).
 */
#pragma once

#include "meter.h"
#include "policy.h"

enum { SANDBOX_INCLUDES_MAX = 16 };

struct sandbox {
	lua_State *L; /* NULL: not open */
	struct meter meter;
	struct sources *sources;
	const struct policy_host *host;
	uint32_t including[SANDBOX_INCLUDES_MAX]; /* the files being evaluated, outermost first */
	uint32_t depth;
};

/* A Lua error, its place taken out of its text. */
struct sandbox_error {
	uint32_t source; /* PLAN_SOURCES_MAX: not known */
	uint32_t line;
	char text[DIAGNOSTIC_BYTES_MAX];
};

/* sources and host are set by the caller. ERR_OUT_OF_RAM. */
enum status sandbox_open(struct sandbox *sandbox, size_t memory_max);
void sandbox_close(struct sandbox *sandbox);

/*
 * Loads and runs one source and leaves what it returns at the stack's top. To be
 * called inside of a protected call: raises errors.
 */
void sandbox_run(struct sandbox *sandbox, const struct policy_source *source);

/* Takes the error value at the stack's top apart and pops it. */
void sandbox_error(struct sandbox *sandbox, struct sandbox_error *out);
