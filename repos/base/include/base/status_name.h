/* SPDX-License-Identifier: MIT */
/*
 * Status codes in words, for people.
 */
#pragma once

#include <abi/status.h>

/* Such as "denied"; "unknown status" for a value that is none. */
const char *status_name(enum status status);
