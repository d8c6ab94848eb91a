/* SPDX-License-Identifier: MIT */
/* What the program sees of itself. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void check_self(void)
{
	char text[256] = "";
	char path[32];

	FILE *file = fopen("/proc/self/cmdline", "r");
	check(file && fgets(text, sizeof text, file) && strcmp(text, "posix_vfs") == 0,
	      "/proc tells the program's name");
	if (file)
		fclose(file);
	file = fopen("/proc/mounts", "r");
	check(file && fgets(text, sizeof text, file) && strcmp(text, "ram /data ram rw 0 0\n") == 0,
	      "and its mounts");
	if (file)
		fclose(file);

	const int number = open("/data/etc/motd", O_RDONLY);
	snprintf(path, sizeof path, "/proc/self/fd/%d", number);
	const int again = open(path, O_RDONLY);
	check(read(again, text, 7) == 7 && memcmp(text, "welcome", 7) == 0,
	      "a descriptor is opened again");
	check(refused(open(path, O_RDWR), EACCES), "for no more than it is open for");
	check(fchdir(open("/data/etc", O_PATH | O_DIRECTORY)) == 0 &&
	              readlink("/proc/self/cwd", text, sizeof text) == 9 &&
	              memcmp(text, "/data/etc", 9) == 0,
	      "the current directory is a link");
	close(number);
	close(again);
}
