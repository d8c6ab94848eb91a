/* SPDX-License-Identifier: MIT */
/*
 * Check: sentences that hold or do not, one line each (Test Anything Protocol).
 */
#pragma once

#include <stdbool.h>

void check(bool holds, const char *sentence);
/* The result of a call that must fail, and errno: whether it did so in this way. */
bool refused(long result, int error);
/* The last line. Answers the program's exit code. */
int check_end(void);
