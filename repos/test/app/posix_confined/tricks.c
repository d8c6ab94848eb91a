/* SPDX-License-Identifier: MIT */
/* One try after the other. */
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const dots[] = {
	"/home/../secret",
	"/home/../../secret",
	"/../secret",
	"/home/sub/../../secret",
	"/home/sub/../../../secret",
	"/home//..//..//secret",
	"/home/./.././secret",
	"/home/sub/..",
	"/secret",
	"/bob/diary",
	"/home/../bob/diary",
	"/view/../secret",
	"/view/../../bob/diary",
	"/home/..\\secret",
	"/home/%2e%2e/secret",
};

static void check_paths(void)
{
	char path[PATH_MAX] = "/home/sub";
	bool found = false;

	for (size_t i = 0; i < sizeof dots / sizeof *dots; i++)
		found |= leaks(dots[i]);
	check(!found, "no path with .. leads out");
	for (int i = 0; i < 200; i++)
		strcat(path, "/..");
	strcat(path, "/secret");
	check(!leaks(path), "however many there are");
	chdir("/home/sub");
	check(!leaks("../../secret") && !leaks("../../../bob/diary"),
	      "nor from the current directory");
	chdir("/");
}

static void check_links(void)
{
	static const char *const targets[] = {"/secret",      "../secret",  "../../secret",
	                                      "../bob/diary", "/../secret", "sub/../../secret"};
	bool found = false;

	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		unlink("/home/link");
		if (symlink(targets[i], "/home/link") != 0)
			check(false, "a link is made");
		found |= leaks("/home/link") || leaks("/view/../home/link");
	}
	check(!found, "no symbolic link leads out");
	check(!leaks("/home/planted") && !leaks("/home/above/secret") &&
	              readlink("/home/planted", (char[8]){0}, 8) == 7,
	      "nor one that was there");
	check(refused(link("/home/planted/..", "/home/x"), ENOENT) &&
	              refused(link("/home/..", "/home/x"), EPERM),
	      "nor does a hard link");
	unlink("/home/link");
}

static void check_descriptors(void)
{
	const int home = open("/home", O_RDONLY | O_DIRECTORY);
	const int path = open("/home/sub", O_PATH | O_DIRECTORY);
	char name[64];

	check(!leaks_from(home, "../secret") && !leaks_from(path, "../../secret") &&
	              !leaks_from(path, "../../bob/diary"),
	      "no descriptor of a directory leads out");
	snprintf(name, sizeof name, "/proc/self/fd/%d/../secret", home);
	check(!leaks(name), "nor its link in /proc");
	check(!leaks("/proc/self/root/secret") && !leaks("/proc/self/cwd/../secret") &&
	              !leaks("/proc/self/root/../../bob/diary"),
	      "nor other links there");
	check(fchdir(home) == 0 && !leaks("../secret") && chdir("..") == 0 && !leaks("secret"),
	      "nor does it as current directory");
	close(home);
	close(path);
	chdir("/");
}

/* Everything there is below a directory. */
static int search(const char *path, int depth, int *looked_at)
{
	DIR *directory = opendir(path);
	struct stat status;
	char name[PATH_MAX];
	int found = 0;

	if (!directory || depth > 8)
		return 0;
	for (const struct dirent *entry; (entry = readdir(directory));) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		++*looked_at;
		if (lstat(name, &status) != 0)
			continue;
		if (S_ISDIR(status.st_mode))
			found += search(name, depth + 1, looked_at);
		else if (S_ISREG(status.st_mode) || S_ISLNK(status.st_mode))
			found += leaks(name);
	}
	closedir(directory);
	return found;
}

void check_tricks(void)
{
	int looked_at = 0;

	check(mkdir("/home/sub", 0755) == 0 && access("/view", F_OK) == 0,
	      "what was given can be used");
	check_paths();
	check_links();
	check_descriptors();
	check(search("/", 0, &looked_at) == 0 && looked_at > 15,
	      "nothing in the whole tree holds the secret");
}
