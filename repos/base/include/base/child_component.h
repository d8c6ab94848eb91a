/* SPDX-License-Identifier: MIT */
/*
 * Child component: a child with an account of its own, whose environment sessions the parent's own parent serves.
 *
 * For parents with a policy of their own: it brings the child to life, passes on the requests that the
 * parent wants to be passed on, and takes everything back. What the child asks for it donates
 * itself; its environment sessions are the parent's to pay. Calls wait for the parent's own
 * parent, as those of any component do; nothing here waits for the child.
 */
#pragma once

#include <base/child.h>
#include <base/entrypoint.h>
#include <parent/types.h>

enum { CHILD_COMPONENT_SESSIONS_MAX = 24, CHILD_COMPONENT_LABEL_MAX = 256 };

/* Opened on its behalf, before its birth or by its wish. */
struct child_component_session {
	struct session session;
	uint64_t ram; /* what it has donated; 0: the parent has */
	uint32_t caps;
	bool open;
};

struct child_component_setup {
	const char *name;   /* label of its environment sessions */
	const char *binary; /* label of a ROM */
	uint64_t ram;
	uint64_t caps;
	served_dispatch *dispatch; /* of its calls to its Parent, which is `parent` below */
	cap_t faulted;             /* signalled when a thread of it has; null: nobody cares */
};

struct child_component {
	struct entrypoint *entrypoint;
	struct served parent;
	cap_t account, charge;
	cap_t domain, space, context, binary;
	uint64_t binary_size;
	struct child_image image;
	struct child_component_session sessions[CHILD_COMPONENT_SESSIONS_MAX];
	bool alive;
};

/* On failure there is nothing left of it. */
enum status child_component_start(struct child_component *child, struct entrypoint *entrypoint,
                                  const struct child_component_setup *setup);
/* Harmless for one that is dead. */
void child_component_end(struct child_component *child);

/*
 * For its requests: the session is had from the parent's own parent, for the child's donation. With a
 * `name` that stands in front of the label, as in "name -> label".
 */
enum status child_component_session(struct child_component *child, const char *name,
                                    const struct parent_session_params *params,
                                    struct parent_session_results *results);
/* What it has since its birth. */
enum status child_component_resources(struct child_component *child,
                                      struct parent_resources_results *results);
/* ERR_BAD_ARG: it has no such session. */
enum status child_component_close(struct child_component *child, uint32_t id);
