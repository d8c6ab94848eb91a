/* SPDX-License-Identifier: MIT */
#include "suite.h"

int main(void)
{
	check_mounts();
	check_names();
	check_sparse();
	check_self();
	return check_end();
}
