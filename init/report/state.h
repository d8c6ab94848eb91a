/* SPDX-License-Identifier: MIT */
/*
 * State: what init says of itself and its children, as a message of the type StateReport.
 */
#pragma once

#include <abi/status.h>
#include <stddef.h>

struct init;

/* *out_message is the caller's to free. ERR_NOT_NOW: init has no memory for it. */
enum status state_encode(struct init *init, void **out_message, size_t *out_size);
