/* SPDX-License-Identifier: MIT */
/* What a policy says of CPUs, and of what stays with init itself. */
#include "compile.h"
#include "node.h"

#include <stdio.h>

/* A table of counts, as the field `name` of `outer`; false: it is none, and reported. */
static bool read_table(struct compile *compile, const struct spot *outer, const char *name,
                       const char *wanted, const struct field *fields, void *into)
{
	struct spot spot = {.place = outer->place};

	if (!lua_istable(compile->L, -1)) {
		compile_error(compile, outer, name, "%s is %s, wanted %s", name,
		              node_describe(compile->L, -1), wanted);
		return false;
	}
	snprintf(spot.title, sizeof(spot.title), "%.*s: %s", SPOT_TITLE_MAX - 20, outer->title,
	         name);
	compile_fields(compile, &spot, -1, fields, NULL, false, into);
	return true;
}

static void read_x(struct compile *compile, const struct spot *spot, const char *name, void *into)
{
	compile_read_count(compile, spot, name, &((struct plan_affinity *)into)->x);
}

static void read_y(struct compile *compile, const struct spot *spot, const char *name, void *into)
{
	compile_read_count(compile, spot, name, &((struct plan_affinity *)into)->y);
}

static void read_width(struct compile *compile, const struct spot *spot, const char *name,
                       void *into)
{
	compile_read_count(compile, spot, name, &((struct plan_affinity *)into)->width);
}

static void read_height(struct compile *compile, const struct spot *spot, const char *name,
                        void *into)
{
	compile_read_count(compile, spot, name, &((struct plan_affinity *)into)->height);
}

static const struct field affinity_fields[] = {
	{"x", read_x}, {"y", read_y}, {"width", read_width}, {"height", read_height}, {NULL, NULL}};

void compile_read_affinity(struct compile *compile, const struct spot *spot, const char *name,
                           void *into)
{
	struct plan_affinity affinity = {.width = 1, .height = 1};

	if (read_table(compile, spot, name, "{ x =, y =, width =, height = }", affinity_fields,
	               &affinity))
		((struct plan_child *)into)->affinity = affinity;
}

static void read_space_width(struct compile *compile, const struct spot *spot, const char *name,
                             void *into)
{
	compile_read_count(compile, spot, name, &((struct plan_affinity_space *)into)->width);
}

static void read_space_height(struct compile *compile, const struct spot *spot, const char *name,
                              void *into)
{
	compile_read_count(compile, spot, name, &((struct plan_affinity_space *)into)->height);
}

static const struct field space_fields[] = {
	{"width", read_space_width}, {"height", read_space_height}, {NULL, NULL}};

void compile_read_affinity_space(struct compile *compile, const struct spot *spot, const char *name,
                                 void *into)
{
	struct plan_affinity_space space = {.width = 1, .height = 1};

	if (read_table(compile, spot, name, "{ width =, height = }", space_fields, &space))
		((struct plan *)into)->affinity_space = space;
}

static void read_ram(struct compile *compile, const struct spot *spot, const char *name, void *into)
{
	compile_read_size(compile, spot, name, &((struct plan_reserve *)into)->ram);
}

static void read_caps(struct compile *compile, const struct spot *spot, const char *name,
                      void *into)
{
	compile_read_count(compile, spot, name, &((struct plan_reserve *)into)->caps);
}

static const struct field reserve_fields[] = {{"ram", read_ram}, {"caps", read_caps}, {NULL, NULL}};

void compile_read_reserve(struct compile *compile, const struct spot *spot, const char *name,
                          void *into)
{
	(void)read_table(compile, spot, name, "{ ram =, caps = }", reserve_fields,
	                 &((struct plan *)into)->reserve);
}
