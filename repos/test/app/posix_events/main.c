/* SPDX-License-Identifier: MIT */
/* Pipes, and waiting for several files: each line is one property. */
#include "suite.h"

int main(void)
{
	check_pipes();
	check_fifos();
	check_polling();
	check_event_files();
	check_epoll();
	return check_end();
}
