/* SPDX-License-Identifier: MIT */
/* What is proved, one file each. */
#pragma once

#include <test/posix_check.h>

void check_life(void);
void check_locks(void);
void check_waiting(void);
void check_cancellation(void);
void check_signals(void);
void check_timers(void);
