/* SPDX-License-Identifier: MIT */
/*
 * Config: init's own configuration, from its ROM "config" to a valid plan.
 *
 * The ROM holds a plan in binary form or a policy in Lua source; a plan may
 * also just name the ROM with the source. Both are watched. Diagnostics go to the log.
 */
#pragma once

#include "init.h"

/*
 * Without a plan in `*out`: it is the very one in force. ERR_BAD_ARG: the policy is wrong, and the log
 * says where.
 */
enum status config_load(struct init *init, struct configuration *out);
void config_destroy(struct configuration *configuration);
