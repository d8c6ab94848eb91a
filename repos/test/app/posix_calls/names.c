/* SPDX-License-Identifier: MIT */
/* Names: directories, what is in them, and how they change. */
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void put(const char *path)
{
	const int file = open(path, O_WRONLY | O_CREAT, 0644);

	if (file >= 0)
		close(file);
}

/* How many names a directory has, "." and ".." not counted; -1: it can't be read. */
static int count_names(const char *path)
{
	DIR *directory = opendir(path);
	int count = 0;

	if (!directory)
		return -1;
	for (const struct dirent *entry; (entry = readdir(directory));)
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}

static void check_opening(void)
{
	check(refused(open("/tmp/none", O_RDONLY), ENOENT), "a file that is not there is ENOENT");
	check(refused(open("/none/a", O_RDONLY | O_CREAT, 0644), ENOENT),
	      "and so is its directory");
	check(refused(open("/tmp", O_WRONLY), EISDIR), "a directory can't be written: EISDIR");
	check(refused(open("/tmp/a", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST),
	      "what is there can't be made anew: EEXIST");
	check(refused(open("/tmp/a/b", O_RDONLY), ENOTDIR), "a file is no directory: ENOTDIR");
	check(refused(open("/boot/new", O_WRONLY | O_CREAT, 0644), EROFS),
	      "ROMs are for reading: EROFS");
	check(refused(open("/boot/none", O_RDONLY), ENOENT), "a ROM that nobody grants is ENOENT");
}

static void check_directories(void)
{
	char path[64];

	check(mkdir("/tmp/d", 0755) == 0 && refused(mkdir("/tmp/d", 0755), EEXIST), "mkdir, once");
	put("/tmp/d/x");
	put("/tmp/d/y");
	check(count_names("/tmp/d") == 2, "readdir finds what was made");
	check(refused(rmdir("/tmp/d"), ENOTEMPTY), "what is not empty stays: ENOTEMPTY");
	check(chdir("/tmp/d") == 0 && getcwd(path, sizeof path) && strcmp(path, "/tmp/d") == 0,
	      "chdir and getcwd agree");
	check(access("x", R_OK) == 0 && access("../d/./y", F_OK) == 0,
	      "relative paths start there");
	check(realpath("../d/x", path) && strcmp(path, "/tmp/d/x") == 0,
	      "realpath tells the whole of it");
	check(chdir("/") == 0, "and back");
}

static void check_renaming(void)
{
	struct stat before;
	struct stat after;

	stat("/tmp/d/x", &before);
	check(rename("/tmp/d/x", "/tmp/z") == 0, "rename moves a file");
	check(stat("/tmp/z", &after) == 0 && before.st_ino == after.st_ino,
	      "which stays the same file");
	check(refused(access("/tmp/d/x", F_OK), ENOENT), "and leaves its old name");
	check(rename("/tmp/d/y", "/tmp/z") == 0 && count_names("/tmp/d") == 0,
	      "rename replaces a file");
	check(refused(rename("/tmp/z", "/tmp/d"), EISDIR), "but not a directory: EISDIR");
	check(refused(rename("/tmp/d", "/tmp/d/e"), EINVAL), "nor goes one into itself: EINVAL");
	check(refused(rename("/tmp/z", "/dev/z"), EXDEV),
	      "nor leads one out of a file system: EXDEV");
}

static void check_removing(void)
{
	check(refused(unlink("/tmp/d"), EISDIR), "unlink is not for directories: EISDIR");
	check(refused(rmdir("/tmp/z"), ENOTDIR), "rmdir is not for files: ENOTDIR");
	check(unlink("/tmp/z") == 0 && refused(unlink("/tmp/z"), ENOENT), "unlink, once");
	check(rmdir("/tmp/d") == 0 && refused(rmdir("/tmp/d"), ENOENT), "rmdir, once");
	check(refused(rmdir("/dev"), EBUSY), "a mount point is busy: EBUSY");
}

static void check_metadata(void)
{
	struct stat status;

	check(stat("/tmp/a", &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 5,
	      "stat knows kind and size");
	check(chmod("/tmp/a", 0600) == 0 && stat("/tmp/a", &status) == 0 &&
	              (status.st_mode & 07777) == 0600,
	      "chmod is kept");
	check(stat("/boot/posix_calls", &status) == 0 && status.st_size > 10000,
	      "the program sees its own binary as a ROM");
}

static void check_links(void)
{
	struct stat status;
	char text[16];

	mkdir("/tmp/place", 0755);
	put("/tmp/place/file");
	check(symlink("place", "/tmp/link") == 0 && access("/tmp/link/file", F_OK) == 0,
	      "a symbolic link leads somewhere else");
	check(readlink("/tmp/link", text, sizeof text) == 5 && memcmp(text, "place", 5) == 0 &&
	              readlink("/tmp/link", text, 2) == 2 &&
	              refused(readlink("/tmp/place", text, 2), EINVAL),
	      "readlink tells where");
	check(lstat("/tmp/link", &status) == 0 && S_ISLNK(status.st_mode) && status.st_size == 5 &&
	              stat("/tmp/link", &status) == 0 && S_ISDIR(status.st_mode),
	      "lstat sees the link, stat what it leads to");
	check(symlink("/tmp/new", "/tmp/dangling") == 0 &&
	              refused(open("/tmp/dangling", O_RDONLY), ENOENT) &&
	              refused(open("/tmp/dangling", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST) &&
	              close(open("/tmp/dangling", O_RDWR | O_CREAT, 0644)) == 0 &&
	              unlink("/tmp/new") == 0,
	      "a file is made where a link leads that led nowhere");
	check(refused(open("/tmp/link", O_RDONLY | O_NOFOLLOW), ELOOP), "O_NOFOLLOW: ELOOP");
	symlink("round", "/tmp/round");
	check(refused(access("/tmp/round", F_OK), ELOOP), "links that lead round are ELOOP");
	check(symlink("../../../../tmp/place/../../boot", "/tmp/out") == 0 &&
	              access("/tmp/out/posix_calls", F_OK) == 0 &&
	              access("/tmp/out/../tmp/out/..", F_OK) == 0,
	      "none leads out of the tree");
	check(refused(symlink("x", "/tmp/link"), EEXIST) &&
	              refused(symlink("x", "/boot/l"), EROFS) &&
	              refused(symlink("", "/tmp/empty"), ENOENT),
	      "nor is one made anywhere");
	check(unlink("/tmp/link") == 0 && unlink("/tmp/dangling") == 0 &&
	              unlink("/tmp/round") == 0 && unlink("/tmp/out") == 0 &&
	              access("/tmp/place/file", F_OK) == 0,
	      "removing a link leaves what it led to");
	unlink("/tmp/place/file");
	rmdir("/tmp/place");
}

void check_names(void)
{
	check_opening();
	check_directories();
	check_renaming();
	check_removing();
	check_metadata();
	check_links();
}
