/* SPDX-License-Identifier: MIT */
/*
 * Answer: what a handler has put into a request's message, bent to what the configuration wants.
 */
#pragma once

#include <base/env.h>
#include <base/request.h>
#include <echo_server_config/types.h>

/* `request` holds the answer to `add`. */
enum status answer_bend(struct env *env, enum answers how, struct request *request);
