/* SPDX-License-Identifier: MIT */
/* Processes: each line is one property. With arguments it is one of its own children. */
#include "suite.h"

int main(int count, char **arguments)
{
	if (count > 1)
		return role_play(count, arguments);
	check_spawn();
	check_files();
	check_signals();
	check_forks();
	return check_end();
}
