/* SPDX-License-Identifier: MIT */
/* What is proved, one file each. */
#pragma once

#include <test/posix_check.h>

void check_files(void);
void check_names(void);
void check_limits(void);
void check_memory(void);
void check_clock(void);
void check_missing(void);

/* `exit 3` and the like; does not return. */
_Noreturn void come_to_an_end(const char *how, const char *value);
