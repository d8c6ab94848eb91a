/* SPDX-License-Identifier: MIT */
#include "suite.h"

int main(int argc, char **argv)
{
	if (argc > 1)
		come_to_an_end(argv[1], argc > 2 ? argv[2] : "0");
	check_files();
	check_names();
	check_limits();
	check_memory();
	check_clock();
	check_missing();
	return check_end();
}
