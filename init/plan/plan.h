/* SPDX-License-Identifier: MIT */
/*
 * Plan: who is started with which budget, and who serves whose sessions.
 *
 * The plain data that a policy comes down to. It is made by init/lua (from
 * source) or read from its binary form (plan_message.h), validated as a whole
 * (validate.h) and from then on only read, by resolve.h and by init.
 *
 * All of a plan lives in its arena and dies with it; texts are NUL-terminated.
 * Order is meaning: children start in order, rules and targets are tried in
 * order. Nothing is sorted, nothing is implied.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PLAN_NAME_MAX = 63,
	PLAN_CHILDREN_MAX = 1024,
	PLAN_RULES_MAX = 1024, /* of one list */
	PLAN_TARGETS_MAX = 64,
	PLAN_PROVIDES_MAX = 64,
	PLAN_SOURCES_MAX = 32,
	PLAN_PRIORITY_MAX = 255,
	PLAN_RESTARTS_MAX = 16,
	PLAN_MISSED_MAX = 1000,
	PLAN_PERIOD_MIN_NS = 1000000,
	PLAN_AFFINITY_MAX = 256, /* CPUs in a row, and rows */
};

/* A value that could not be read; its error is already reported. */
#define PLAN_UNKNOWN UINT64_MAX

/* Where something was written: sources[source], line. Line 0: not known. */
struct plan_place {
	uint32_t source;
	uint32_t line;
};

/* The order of all kinds is that of the binary form. */
enum plan_constraint_kind {
	CONSTRAINT_LABEL,
	CONSTRAINT_PREFIX,
	CONSTRAINT_SUFFIX,
	CONSTRAINT_LAST,
	CONSTRAINT_UNSCOPED,
};
enum { CONSTRAINT_KINDS = CONSTRAINT_UNSCOPED + 1 };

enum plan_rewrite_kind { REWRITE_LABEL, REWRITE_IDENTITY, REWRITE_RESOURCE, REWRITE_PREFIX };
enum { REWRITE_KINDS = REWRITE_PREFIX + 1 };

enum plan_lost { LOST_GONE, LOST_RECONNECT, LOST_RESTART };
enum { LOST_KINDS = LOST_RESTART + 1 };

enum plan_target_kind {
	TARGET_PARENT,
	TARGET_CHILD,
	TARGET_ANY_CHILD,
	TARGET_DENY,
	TARGET_CHOOSE,
	TARGET_INIT, /* init itself: its ROM "state", and nothing else */
};
enum { TARGET_KINDS = TARGET_INIT + 1 };

/* Of every text in these arrays, NULL means: not given. */
struct plan_target {
	enum plan_target_kind kind;
	struct plan_place place;
	const char *child; /* TARGET_CHILD */
	const char *rewrites[REWRITE_KINDS];

	/* TARGET_CHOOSE: a function of the policy's source picks one of `declared` */
	uint64_t chunk_hash;
	uint32_t function;
	struct plan_target *declared;
	uint32_t declared_count;
};

struct plan_rule {
	struct plan_place place;
	const char *service; /* NULL: any */
	const char *constraints[CONSTRAINT_KINDS];
	struct plan_target *targets;
	uint32_t target_count;
	enum plan_lost lost; /* what becomes of a session whose server has ended */
	bool incomplete;     /* a target was refused and reported; not part of the binary form */
};

struct plan_rules {
	struct plan_rule *items;
	uint32_t count;
};

enum plan_config_kind { CONFIG_NONE, CONFIG_DATA, CONFIG_TEXT, CONFIG_ROM };

struct plan_config {
	enum plan_config_kind kind;
	const void *data; /* DATA: a message of the component's own schema; TEXT, ROM: a text */
	size_t size;      /* without the final NUL of a text */
};

/* An end that is not the child's own wish is followed by a new beginning; limit 0: never. */
struct plan_restart {
	uint64_t limit; /* so many within the window; with one more it is parked */
	uint64_t window_ns;
	uint64_t backoff_ns; /* before the first; each further one within the window doubles it */
};

/* It has to answer a signal each period; period 0: it is not asked. */
struct plan_heartbeat {
	uint64_t every_ns;
	uint64_t missed; /* so many in a row, and it is stuck */
};

/* How often the ROM "state" has a new content. */
struct plan_report {
	uint64_t delay_ns; /* between two, at least */
	uint64_t
		sample_ns; /* budgets are looked at so often; 0: only when something else has changed */
};

/* The CPUs as a grid; width 0: the policy speaks of none. */
struct plan_affinity_space {
	uint64_t width;
	uint64_t height;
};

/* A rectangle of the affinity space; width 0: all of it. */
struct plan_affinity {
	uint64_t x;
	uint64_t y;
	uint64_t width;
	uint64_t height;
};

/* What stays with init whatever its children ask for. */
struct plan_reserve {
	uint64_t ram;
	uint64_t caps;
};

/* Another name for a child. Targets have the child's own: it matters to those who write one. */
struct plan_alias {
	const char *name;
	const char *child;
};

#define PLAN_REPORT_DELAY_NS 100000000u
#define PLAN_STATE_ROM       "state"

struct plan_child {
	struct plan_place place;
	const char *name;
	const char *binary; /* label of the ROM */
	uint64_t ram;       /* bytes */
	uint64_t caps;
	int32_t priority; /* -1: as the parent has it */
	struct plan_affinity affinity;
	uint32_t version; /* a change means another child: restart */
	const char **provides;
	uint32_t provides_count;
	struct plan_config config;
	bool own_route; /* else the default route applies */
	struct plan_rules route;
	bool may_fault;
	bool exit_propagate;
	struct plan_restart restart;
	struct plan_heartbeat heartbeat;
};

struct plan {
	struct plan_place place; /* of the policy; not part of the binary form */
	uint32_t version;        /* the policy's own count, repeated in reports */
	const char *policy_rom;  /* not NULL: evaluate this ROM's source; all else is empty */
	const char **sources;    /* the policy's files */
	uint32_t source_count;
	struct plan_child *children;
	uint32_t child_count;
	struct plan_rules default_route;
	struct plan_rules exports; /* services for the parent; each target is a child, or init */
	struct plan_report report;
	struct plan_affinity_space affinity_space;
	struct plan_reserve reserve;
	struct plan_alias *aliases; /* not part of the binary form */
	uint32_t alias_count;
	const char **parent_provides;
	uint32_t parent_provides_count;
	bool parent_limited; /* only parent_provides may be routed to the parent */

	struct plan_arena *arena;
};

enum { PLAN_NO_CHILD = UINT32_MAX };

/* The words of the policy language, indexed by kind. */
extern const char *const plan_constraint_names[CONSTRAINT_KINDS];
extern const char *const plan_rewrite_names[REWRITE_KINDS];
extern const char *const plan_target_names[TARGET_KINDS];
extern const char *const plan_lost_names[LOST_KINDS];

/* An empty plan; NULL: no memory. */
struct plan *plan_create(void);
void plan_destroy(struct plan *plan);

/* A plan that lives in the arena of another and is destroyed with it; NULL: no memory. */
struct plan *plan_create_within(struct plan *outer);

/* Zeroed memory that lives as long as the plan; NULL: no memory. */
void *plan_alloc(struct plan *plan, size_t count, size_t size);

/* A copy with a NUL behind it; NULL: no memory. */
void *plan_copy(struct plan *plan, const void *data, size_t size);

/* The child of this name, or PLAN_NO_CHILD. */
uint32_t plan_child_find(const struct plan *plan, const char *name);

/* What a policy calls a child by: its alias made its name, any other name as it is. */
const char *plan_alias_resolve(const struct plan *plan, const char *name);

bool plan_child_provides(const struct plan_child *child, const char *service);

/* Whether the plan itself lets requests for the service go to the parent. */
bool plan_parent_serves(const struct plan *plan, const char *service);

/* The rules that apply to a child. */
const struct plan_rules *plan_child_rules(const struct plan *plan, const struct plan_child *child);

/* The file of a place; "?" if the place names none. */
const char *plan_file(const struct plan *plan, struct plan_place place);

/* Sums over all children; saturating, leaving out unknown ones. */
uint64_t plan_ram_sum(const struct plan *plan);
uint64_t plan_caps_sum(const struct plan *plan);
