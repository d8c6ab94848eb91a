/* SPDX-License-Identifier: MIT */
/* Names, owners and times of files in memory. */
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static void check_links(void)
{
	struct stat status;

	close(open("/data/one", O_CREAT | O_WRONLY, 0644));
	check(link("/data/one", "/data/two") == 0 && stat("/data/one", &status) == 0 &&
	              status.st_nlink == 2,
	      "a file has two names");
	check(unlink("/data/one") == 0 && stat("/data/two", &status) == 0 && status.st_nlink == 1,
	      "and lives as long as one of them");
	check(refused(link("/data/etc", "/data/dir"), EPERM) &&
	              refused(link("/data/two", "/dev/two"), EXDEV) &&
	              refused(link("/data/two", "/data/etc"), EEXIST),
	      "not everything has");
	unlink("/data/two");
}

static void check_attributes(void)
{
	const struct timespec times[2] = {{.tv_sec = 5, .tv_nsec = 6}, {.tv_sec = 7, .tv_nsec = 8}};
	struct stat status;

	const int file = open("/data/file", O_CREAT | O_RDWR, 0644);
	check(chown("/data/file", 10, 20) == 0 && fchown(file, -1, 21) == 0 &&
	              fstat(file, &status) == 0 && status.st_uid == 10 && status.st_gid == 21,
	      "owners are kept");
	check(futimens(file, times) == 0 && fstat(file, &status) == 0 &&
	              status.st_atim.tv_nsec == 6 && status.st_mtim.tv_sec == 7 &&
	              status.st_mtim.tv_nsec == 8,
	      "and times, by the nanosecond");
	close(file);
	unlink("/data/file");
}

static void check_many(void)
{
	enum { MANY = 3000 };
	char name[32];
	int made = 0;
	int seen = 0;

	mkdir("/data/many", 0755);
	for (; made < MANY; made++) {
		snprintf(name, sizeof name, "/data/many/%d", made);
		if (close(open(name, O_CREAT | O_WRONLY, 0644)) != 0)
			break;
	}
	DIR *directory = opendir("/data/many");
	for (const struct dirent *entry; directory && (entry = readdir(directory));)
		if (entry->d_name[0] != '.' && unlinkat(dirfd(directory), entry->d_name, 0) == 0)
			seen++;
	if (directory)
		closedir(directory);
	check(made == MANY && seen == MANY && rmdir("/data/many") == 0,
	      "a directory is listed while it is emptied");
}

static void check_room(void)
{
	struct statvfs before;
	struct statvfs after;

	statvfs("/data", &before);
	const int file = open("/data/large", O_CREAT | O_WRONLY, 0644);
	check(posix_fallocate(file, 0, 64 * 1024) == 0 && statvfs("/data", &after) == 0 &&
	              before.f_bfree - after.f_bfree >= 16,
	      "statvfs tells what is left");
	check(posix_fallocate(file, 0, 1 << 30) == ENOSPC, "and more than that is ENOSPC");
	close(file);
	unlink("/data/large");
}

void check_names(void)
{
	check_links();
	check_attributes();
	check_many();
	check_room();
}
