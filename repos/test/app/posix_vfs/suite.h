/* SPDX-License-Identifier: MIT */
/* The parts of the program. */
#pragma once

#include <test/posix_check.h>

void check_mounts(void);
void check_names(void);
void check_sparse(void);
void check_self(void);
