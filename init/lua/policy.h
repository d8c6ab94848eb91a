/* SPDX-License-Identifier: MIT */
/*
 * Policy: Lua source evaluated to a plan, in a sandbox.
 *
 * What comes out is a validated plan or diagnostics that say why not. The Lua
 * state stays with the policy, for its route functions; they live in the same
 * sandbox and get a fresh, smaller budget for each request. An error in one
 * denies this one session and nothing else.
 *
 * The words alone, for a run script in a Lua state of its own: policy_words_open()
 * and policy_table_to_plan().
 */
#pragma once

#include "source.h"

#include <lua.h>
#include <plan/diagnostics.h>
#include <plan/plan.h>
#include <plan/resolve.h>
#include <plan/validate.h>

/* What a policy may spend; zero fields mean these defaults. */
enum {
	POLICY_MEMORY_DEFAULT = 4 << 20,
	POLICY_STEPS_DEFAULT = 1000000,
	POLICY_CHOOSE_STEPS_DEFAULT = 50000,
};

struct policy_limits {
	size_t memory;
	uint64_t steps;        /* for the evaluation */
	uint64_t choose_steps; /* for each call of a route function */
};

struct policy_source {
	const char *file; /* its path, as it is shown in messages */
	const char *text;
	size_t size;
};

enum policy_schema {
	SCHEMA_FOUND,
	SCHEMA_NONE,      /* the binary has none: its configuration is a text */
	SCHEMA_NO_BINARY, /* there is no such binary */
};

/* What surrounds the policy. Members may be NULL. */
struct policy_host {
	void *self;
	/*
	 * Text and size of an included file; `path` is relative to whatever the path of
	 * the policy is relative to, and leads nowhere above that. What it answers stays
	 * valid until the next call. NULL: there are no includes.
	 */
	enum status (*include)(void *self, const char *path, struct policy_source *out);
	/*
	 * The descriptor of a binary's configuration (8-aligned, valid until the next
	 * call). NULL: binaries are not at hand; configurations are then only checked
	 * to be plain data, and a plan with one has no binary form.
	 */
	enum policy_schema (*schema)(void *self, const char *binary, const void **out,
	                             size_t *out_size);
};

struct policy_options {
	struct policy_limits limits;
	const struct policy_host *host; /* NULL: neither includes nor binaries */
	struct validate_options validate;
};

/* The type that a component's config.capnp declares. */
#define POLICY_CONFIG_TYPE "Config"

struct policy;

/*
 * Evaluates, compiles and validates. OK: *out_policy holds the plan (there may be
 * warnings). ERR_BAD_ARG: diagnostics has the errors; ERR_OUT_OF_RAM. The
 * diagnostics are sorted. options may be NULL.
 */
enum status policy_evaluate(const struct policy_source *source,
                            const struct policy_options *options, struct diagnostics *diagnostics,
                            struct policy **out_policy);
void policy_destroy(struct policy *policy);

struct plan *policy_plan(struct policy *policy);

/* Whether it comes from this very text and nothing else: it includes no files. */
bool policy_from(const struct policy *policy, const struct policy_source *source);

/* Calls route functions; valid as long as the policy. */
struct resolve_chooser policy_chooser(struct policy *policy);

/* ---- for run scripts ---- */

/* Puts the words into the table at the stack's top. `sources` must outlive the state. */
void policy_words_open(lua_State *L, struct sources *sources);

/*
 * Makes a plan from the table at `index`, a policy's table or one with the fields
 * `others` besides (NULL-terminated; they are left to the caller). Errors stand in
 * diagnostics; NULL if there were any. Route functions are refused. To be called
 * by the C function behind boot { … }: lines are looked up from its caller's.
 */
struct plan *policy_table_to_plan(lua_State *L, int index, const struct sources *sources,
                                  const char *const *others, const struct policy_options *options,
                                  struct diagnostics *diagnostics);
