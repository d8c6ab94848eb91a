/* SPDX-License-Identifier: MIT */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool leaks_from(int directory, const char *path)
{
	char bytes[64];

	const int file = openat(directory, path, O_RDONLY | O_NONBLOCK);
	if (file < 0)
		return false;
	const ssize_t size = read(file, bytes, sizeof bytes);
	close(file);
	return size > 0 && memmem(bytes, (size_t)size, SECRET, strlen(SECRET));
}

bool leaks(const char *path)
{
	return leaks_from(AT_FDCWD, path);
}

/* Who may only read. */
static int check_reader(void)
{
	char text[8] = "";

	const int file = open("/home/motd", O_RDONLY);
	check(file >= 0 && read(file, text, 7) == 7 && memcmp(text, "welcome", 7) == 0,
	      "another sees another part");
	check(refused(open("/home/motd", O_RDWR), EROFS) &&
	              refused(open("/home/new", O_CREAT | O_WRONLY, 0644), EROFS) &&
	              refused(unlink("/home/motd"), EROFS) &&
	              refused(mkdir("/home/d", 0755), EROFS),
	      "and changes nothing");
	return check_end();
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "reader") == 0)
		return check_reader();
	check_tricks();
	check_race();
	check_limits();
	return check_end();
}
