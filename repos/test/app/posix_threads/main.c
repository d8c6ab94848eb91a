/* SPDX-License-Identifier: MIT */
/* POSIX threads on the target: each line is one property. */
#include "suite.h"

int main(void)
{
	check_life();
	check_locks();
	check_waiting();
	check_cancellation();
	check_signals();
	check_timers();
	return check_end();
}
