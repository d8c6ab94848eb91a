/* SPDX-License-Identifier: MIT */
/* Where things end: descriptors, room in a file system. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DESCRIPTORS = 1024 };

static void check_descriptors(void)
{
	int opened[DESCRIPTORS];
	int count = 0;

	while (count < DESCRIPTORS && (opened[count] = open("/dev/null", O_RDONLY)) >= 0)
		count++;
	check(count > 100 && count < DESCRIPTORS && errno == EMFILE, "descriptors end with EMFILE");
	check(count == sysconf(_SC_OPEN_MAX) - 3, "where sysconf says");
	for (int i = 0; i < count; i++)
		close(opened[i]);
	const int file = open("/dev/null", O_RDONLY);
	check(file == 3, "the lowest free number is taken");
	close(file);
}

/* Fills a file until it is refused; answers how much it holds. */
static long fill(int file)
{
	char block[1000];
	long total = 0;
	long part;

	memset(block, 'x', sizeof block);
	while ((part = write(file, block, sizeof block)) > 0)
		total += part;
	return part < 0 ? total : -1;
}

static void check_space(void)
{
	const int file = open("/small/a", O_RDWR | O_CREAT, 0644);
	const long first = fill(file);

	check(first > 20000 && first < 65536 && errno == ENOSPC, "a full file system is ENOSPC");
	check(refused(pwrite(file, "x", 1, 1000000), ENOSPC) && pwrite(file, "y", 1, 0) == 1,
	      "what is there can still be changed");
	check(lseek(file, 0, SEEK_END) == first, "the size is what was written");
	check(unlink("/small/a") == 0, "the file is removed");
	const int other = open("/small/b", O_RDWR | O_CREAT, 0644);
	check(other < 0 || fill(other) < first / 2, "as long as it is open its room is taken");
	close(other);
	unlink("/small/b");
	close(file);
	const int again = open("/small/c", O_RDWR | O_CREAT, 0644);
	check(fill(again) == first, "then it is free again, all of it");
	close(again);
	unlink("/small/c");
}

/* Its memory comes in pieces, of which each takes a capability. */
static void check_large_file(void)
{
	enum { BLOCK = 64 * 1024, SIZE = 17 * 1024 * 1024 };
	static char block[BLOCK];
	long total = 0;

	const int file = open("/large/a", O_RDWR | O_CREAT, 0644);
	while (total < SIZE && write(file, block, BLOCK) == BLOCK)
		total += BLOCK;
	check(total == SIZE, "a large file needs more capabilities than a program starts with");
	check(pwrite(file, "end", 3, SIZE - 3) == 3 && pread(file, block, 4, SIZE - 3) == 3 &&
	              memcmp(block, "end", 3) == 0,
	      "and is all there");
	close(file);
	check(unlink("/large/a") == 0, "it is removed");
	void *memory = malloc(15 * 1024 * 1024);
	check(memory, "and its memory can be had for other things");
	free(memory);
}

static void check_other_limits(void)
{
	char name[300];

	memset(name, 'n', sizeof name);
	memcpy(name, "/tmp/", 5);
	name[sizeof name - 1] = '\0';
	check(refused(open(name, O_RDONLY), ENAMETOOLONG), "a name has at most 255 bytes");
	check(refused(open("/dev/null", O_RDONLY | O_DIRECTORY), ENOTDIR), "O_DIRECTORY insists");
}

void check_limits(void)
{
	check_descriptors();
	check_space();
	check_large_file();
	check_other_limits();
}
