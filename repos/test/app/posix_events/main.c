/* SPDX-License-Identifier: MIT */
/* Pipes, sockets, and waiting for several files: each line is one property. */
#include "suite.h"

int main(void)
{
	check_pipes();
	check_fifos();
	check_polling();
	check_event_files();
	check_epoll();
	check_sockets();
	return check_end();
}
