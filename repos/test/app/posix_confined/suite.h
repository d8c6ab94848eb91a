/* SPDX-License-Identifier: MIT */
/* The parts of the program, and what it must not find. */
#pragma once

#include <test/posix_check.h>

#define SECRET "the secret"

/* Can the file be opened, and does it hold the secret? */
bool leaks(const char *path);
bool leaks_from(int directory, const char *path);

void check_tricks(void);
void check_race(void);
void check_limits(void);
