/* SPDX-License-Identifier: MIT */
/* Where a walk through a value is, and what stopped it. */
#pragma once

#include <base/codec.h>
#include <stdbool.h>

struct failure {
	struct codec_error *error; /* never NULL during a walk */
	uint32_t path_size;        /* of error->path */
};

void failure_init(struct failure *failure, struct codec_error *error);
/* Steps into a member or an element; answers the mark to leave it by. */
uint32_t failure_enter(struct failure *failure, const char *name);
uint32_t failure_enter_element(struct failure *failure, uint32_t number);
void failure_leave(struct failure *failure, uint32_t mark);

/* Both note a message and answer ERR_BAD_ARG. */
__attribute__((format(printf, 2, 3))) enum status failure_set(struct failure *failure,
                                                              const char *format, ...);
/* Also names the closest of the candidates, if one is close: candidate(context, i) ends with NULL. */
enum status failure_unknown(struct failure *failure, const char *what, const char *unknown,
                            const char *(*candidate)(const void *context, uint32_t index),
                            const void *context);
