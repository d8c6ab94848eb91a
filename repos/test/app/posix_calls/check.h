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

/* ---- what is proved, one file each ---- */

void check_files(void);
void check_names(void);
void check_limits(void);
void check_memory(void);
void check_clock(void);
void check_missing(void);

/* `exit 3` and the like; does not return. */
_Noreturn void come_to_an_end(const char *how, const char *value);
