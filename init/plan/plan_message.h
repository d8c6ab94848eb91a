/* SPDX-License-Identifier: MIT */
/*
 * Plan message: a plan's binary form (init/interface/plan.capnp), a single
 * Cap'n Proto segment. The same plan always gives the same bytes.
 */
#pragma once

#include "plan.h"

enum { PLAN_MESSAGE_BYTES_MAX = 1 << 20 };

/* Encodes into memory of the plan's arena. ERR_OUT_OF_RAM; ERR_BAD_ARG: above the limit. */
enum status plan_encode(struct plan *plan, const void **out_segment, uint32_t *out_size);

/* Copies a plan out of foreign bytes (8-aligned). ERR_BAD_ARG: no sound plan; ERR_OUT_OF_RAM. */
enum status plan_decode(const void *segment, uint32_t size, struct plan **out_plan);
