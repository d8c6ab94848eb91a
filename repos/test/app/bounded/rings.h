/* SPDX-License-Identifier: MIT */
/*
 * Rings full of entries, and a queue of hundreds of calls.
 */
#pragma once

#include <test/check.h>

void check_rings(struct check *check);
