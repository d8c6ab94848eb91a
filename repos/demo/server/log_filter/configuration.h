/* SPDX-License-Identifier: MIT */
/*
 * Configuration: what the policy says the filter is to do.
 */
#pragma once

#include <base/env.h>

#include "filter.h"

struct configuration {
	struct filter filter;
	bool summary;
};

/* From the ROM "config"; without one everything passes. ERR_BAD_ARG: it makes no sense. */
enum status configuration_read(struct env *env, struct configuration *out_configuration);
