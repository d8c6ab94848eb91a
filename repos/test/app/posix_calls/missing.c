/* SPDX-License-Identifier: MIT */
/* What is missing says so. */
#include "suite.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool all_missing(const long *numbers, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!refused(syscall(numbers[i], -1, -1, -1, -1, -1, -1), ENOSYS))
			return false;
	return true;
}

void check_missing(void)
{
	static const long raw[] = {SYS_clone,   SYS_execveat, SYS_acct,  SYS_shmat,
	                           SYS_mincore, SYS_flock,    SYS_brk,   SYS_mount,
	                           SYS_shmget,  SYS_ptrace,   SYS_chroot};
	static const long none[] = {-1, 100000, INT32_MAX};

	check(all_missing(raw, sizeof raw / sizeof *raw),
	      "system calls that are missing answer ENOSYS");
	check(all_missing(none, sizeof none / sizeof *none), "and so do those that never were");
	check(refused(execl("/boot/x", "x", NULL), ENOENT), "what is not there can't be run");
	check(refused(socket(AF_INET, SOCK_STREAM, 0), EAFNOSUPPORT),
	      "sockets to other machines are missing");
	check(popen("true", "r") == NULL, "there is no shell to be had");
}
