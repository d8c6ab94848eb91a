/* SPDX-License-Identifier: MIT */
/*
 * Reporter: a client's side of a Report session, by which it tells others of something, again and again.
 */
#pragma once

#include <base/session.h>

struct reporter {
	struct session session;
	cap_t memory;
	void *at;
	size_t size_max;
};

/* For reports of at most `size_max` bytes. */
enum status reporter_open(struct env *env, const char *label, size_t size_max,
                          struct reporter *out_reporter);
/* ERR_BAD_ARG: larger than was said. On any failure the one before stays. */
enum status reporter_submit(struct env *env, struct reporter *reporter, const void *data,
                            size_t size);
void reporter_close(struct env *env, struct reporter *reporter);
