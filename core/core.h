/* SPDX-License-Identifier: MIT */
/*
 * Core: the first component. It turns kernel objects into sessions and is the
 * parent of init, to which it gives all that is left.
 *
 * Core never calls what a client gave it, unless the kernel says that it is
 * one of the kernel's own objects; so nobody can make it wait.
 */
#pragma once

#include <base/child.h>
#include <base/entrypoint.h>

#include "session.h"

struct core {
	struct env env;
	uint64_t slots[SLOTS_MAX / 64]; /* env's, all there can be */
	struct entrypoint entrypoint;
	cap_t platform;
	cap_t context; /* the root scheduling context */

	/* init, core's only child */
	struct served parent; /* what init knows as its parent */
	cap_t init_account;
	struct child_image init_image;
	struct core_session *init_pd, *init_cpu, *init_rom;
	struct core_session *sessions;
	uint32_t last_id;
	cap_t *roms; /* memory of the archive's files, in its order; null: not asked for yet */

	/* what core itself had spent before init was there */
	uint64_t ram_before, caps_before;
	uint32_t slots_before;

	bool line_seen; /* a component has written its first line */
};

/* ---- parent.c ---- */

enum status core_start_init(struct core *core);
/* A session of init's; `ram` and `caps` are its donation. */
enum status core_open(struct core *core, struct request *request,
                      const struct session_params *params, struct core_session **out_session);
void core_close(struct core_session *session);

/* ---- finish.c ---- */

/* Destroys init, checks that all is back, ends the machine. */
_Noreturn void core_finish(struct core *core);
