/* SPDX-License-Identifier: MIT */
/* What is proved, one file each. */
#pragma once

#include <test/posix_check.h>

void check_pipes(void);
void check_fifos(void);
void check_polling(void);
void check_event_files(void);
void check_epoll(void);
void check_sockets(void);
