/* SPDX-License-Identifier: MIT */
/* What the mount table says: see runs/vfs.lua. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is this the file's whole text? */
static bool holds(const char *path, const char *text)
{
	char bytes[64];

	const int file = open(path, O_RDONLY);
	if (file < 0)
		return false;
	const ssize_t size = read(file, bytes, sizeof bytes);
	close(file);
	return size == (ssize_t)strlen(text) && memcmp(bytes, text, (size_t)size) == 0;
}

static bool put(const char *path, const char *text)
{
	const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (file < 0)
		return false;
	const bool whole = write(file, text, strlen(text)) == (ssize_t)strlen(text);
	close(file);
	return whole;
}

static void check_imports(void)
{
	struct stat status;

	check(holds("/data/etc/motd", "welcome\n"), "a file system is filled at the start");
	check(stat("/data/bin/posix_vfs", &status) == 0 && status.st_size > 10000,
	      "with ROMs as files, too");
}

static void check_views(void)
{
	char path[32];

	check(holds("/etc/motd", "welcome\n"), "a directory is seen in another place");
	check(put("/etc/issue", "x") && holds("/data/etc/issue", "x"), "with the same files");
	check(chdir("/etc/..") == 0 && getcwd(path, sizeof path) && strcmp(path, "/") == 0,
	      "and nothing above it");
	check(holds("/frozen/motd", "welcome\n") && refused(unlink("/frozen/motd"), EROFS) &&
	              refused(open("/frozen/motd", O_RDWR), EROFS) &&
	              refused(open("/frozen/new", O_RDWR | O_CREAT, 0644), EROFS),
	      "what is marked read-only can't be changed");
	check(access("/data/bin/posix_vfs", X_OK) == 0 &&
	              refused(access("/plain/posix_vfs", X_OK), EACCES) &&
	              access("/plain/posix_vfs", R_OK) == 0,
	      "what is marked so has no programs");
}

static void check_unions(void)
{
	check(holds("/united/motd", "welcome\n") && holds("/united/first", "1"),
	      "a union shows all layers");
	check(holds("/united/both", "front"), "of two files of one name the first");
	check(put("/united/new", "n") && holds("/united/new", "n") &&
	              refused(access("/data/etc/new", F_OK), ENOENT),
	      "what is new is made in the first that takes it");
	check(refused(open("/united/motd", O_WRONLY), EROFS), "what is behind stays as it is");
}

void check_mounts(void)
{
	check_imports();
	check_views();
	check_unions();
	check(holds("/motd", "welcome\n"), "a symbolic link is mounted");
	check(refused(rmdir("/etc"), EBUSY) && refused(unlink("/motd"), EBUSY),
	      "nothing that is mounted is removed");
}
