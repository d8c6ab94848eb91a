/* SPDX-License-Identifier: MIT */
/*
 * Compile: from the nodes that a policy's words left behind to a plan.
 *
 * Each table is checked against the list of fields it may have; whatever does
 * not fit is reported and left out, and the rest is looked at all the same. The
 * parts share what is declared here. Private to this folder.
 *
 * Conventions: a reader finds its value at the stack's top; what it leaves above,
 * its caller drops. Lua errors are raised for lack of memory only.
 */
#pragma once

#include "source.h"

#include <lua.h>
#include <plan/diagnostics.h>
#include <plan/plan.h>

struct policy_host;

enum {
	SPOT_TITLE_MAX = 2 * PLAN_NAME_MAX + 32,
	COMPILE_DEPTH_MAX =
		16, /* lists in lists, tables in a configuration, policies in policies */
	COMPILE_ELEMENTS_MAX = 32768, /* looked at in all, so that shared tables do not multiply */
};

struct compile {
	lua_State *L;
	const struct sources *sources;
	const struct policy_host *host; /* NULL: no binaries at hand */
	struct diagnostics *diagnostics;
	struct plan *plan;
	uint32_t functions_key; /* registry reference of the list of route functions */
	uint32_t elements;
	uint32_t depth; /* of policies in policies */
};

/* A table that is being read: what messages about it begin with, and where it stands. */
struct spot {
	struct plan_place place;
	char title[SPOT_TITLE_MAX];
};

struct field {
	const char *name;
	void (*read)(struct compile *compile, const struct spot *spot, const char *name,
	             void *into);
};

/* field NULL: the spot itself; else the line where the field stands. */
[[gnu::format(printf, 4, 5)]] void compile_error(struct compile *compile, const struct spot *spot,
                                                 const char *field, const char *format, ...);
/* path: fields within fields, ends with NULL. */
[[gnu::format(printf, 4, 5)]] void compile_error_at(struct compile *compile,
                                                    const struct spot *spot,
                                                    const char *const *path, const char *format,
                                                    ...);

/*
 * Reads the named fields of the table at `index` in the order of `fields` (which
 * ends with name NULL) and reports all others, but those named in `others` (NULL,
 * or ending with NULL). `positional`: elements without a name belong there.
 */
void compile_fields(struct compile *compile, const struct spot *spot, int index,
                    const struct field *fields, const char *const *others, bool positional,
                    void *into);

/*
 * Pushes a flat list of the elements of the table at `index`, or of the one
 * value there, and returns their number; lists in lists are dissolved.
 */
uint32_t compile_flatten(struct compile *compile, const struct spot *spot, const char *field,
                         int index, uint32_t most);

/* Zeroed memory of the plan. */
void *compile_alloc(struct compile *compile, size_t count, size_t size);

/* The string at the stack's top as a text of the plan; reports anything else and returns NULL. */
const char *compile_text(struct compile *compile, const struct spot *spot, const char *field);

/* Readers for fields of these types. */
void compile_read_duration(struct compile *, const struct spot *, const char *name, void *uint64);
void compile_read_size(struct compile *, const struct spot *, const char *name, void *uint64);
void compile_read_count(struct compile *, const struct spot *, const char *name, void *uint64);
void compile_read_bool(struct compile *, const struct spot *, const char *name, void *boolean);

/* Texts as a list of the plan; returns how many. */
uint32_t compile_texts(struct compile *compile, const struct spot *spot, const char *field,
                       uint32_t most, const char ***out);

/* A list of rules at the stack's top. */
void compile_rules(struct compile *compile, const struct spot *spot, const char *field,
                   struct plan_rules *out);

/* `restart` and `heartbeat` of a child. */
void compile_read_restart(struct compile *, const struct spot *, const char *name, void *child);
void compile_read_heartbeat(struct compile *, const struct spot *, const char *name, void *child);
/* `affinity` of a child, `affinity_space` and `reserve` of a policy. */
void compile_read_affinity(struct compile *, const struct spot *, const char *name, void *child);
void compile_read_affinity_space(struct compile *, const struct spot *, const char *name,
                                 void *plan);
void compile_read_reserve(struct compile *, const struct spot *, const char *name, void *plan);
/* `aliases` of a policy; and, once its children are known, the names that they stand for. */
void compile_read_aliases(struct compile *, const struct spot *, const char *name, void *plan);
void compile_resolve_aliases(struct compile *compile, const struct spot *spot);
/* `report` of a policy. */
void compile_read_report(struct compile *, const struct spot *, const char *name, void *plan);

/* The configuration of a child, whose binary and budgets are known, at the stack's top. */
void compile_config(struct compile *compile, const struct spot *spot, struct plan_child *child);

/* The fields and children of a policy from the table at `index` to compile->plan. */
void compile_policy(struct compile *compile, const struct spot *spot, int index,
                    const char *const *others);

/* Finds the lines of fields for validate.h; self is a compile. */
uint32_t compile_locate(void *self, struct plan_place place, const char *field);
