/* SPDX-License-Identifier: MIT */
/*
 * Node: what a word of the policy language leaves behind, e.g. component "x" { … }.
 *
 * To the policy it is opaque and never changes: calling a node with a table
 * gives a new node with this table. It remembers the place of its word, which
 * is all that Lua can tell about lines.
 */
#pragma once

#include <lua.h>
#include <plan/plan.h>
#include <stdbool.h>

enum word {
	WORD_POLICY,
	WORD_COMPONENT,
	WORD_SERVICE,
	WORD_ANY_SERVICE,
	WORD_CHILD,
	WORD_ANY_CHILD,
	WORD_PARENT,
	WORD_DENY,
	WORD_CHOOSE,
	WORD_INIT,
};
enum { WORD_COUNT = WORD_INIT + 1 };

extern const char *const word_names[WORD_COUNT];

struct node {
	enum word word;
	struct plan_place place; /* line 0: a word used as a value, e.g. parent */
	bool has_table;
};

/* Makes nodes known to the state; once, before the first one. */
void node_open(lua_State *L);

/* Pops a name and a table (nil: none) and pushes a node that has them. */
void node_push(lua_State *L, enum word word, struct plan_place place);

/* The node at `index`, or NULL if something else is there. */
const struct node *node_at(lua_State *L, int index);

/* Pushes the name or the table of the node at `index`; nil: it has none. */
void node_push_name(lua_State *L, int index);
void node_push_table(lua_State *L, int index);

/* Says what a value is, for messages: "a number", "component 'x'". Pushes and returns the text. */
const char *node_describe(lua_State *L, int index);
