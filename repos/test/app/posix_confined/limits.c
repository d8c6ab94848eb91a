/* SPDX-License-Identifier: MIT */
/* The server's limits, and its client's. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PART = 4096, WRITERS = 3, WRITES = 40 };

static char part[PART];

static void check_quota(void)
{
	ssize_t written = 0;

	const int file = open("/home/large", O_CREAT | O_RDWR, 0644);
	for (ssize_t size; (size = write(file, part, sizeof part)) > 0;)
		written += size;
	check(errno == ENOSPC && written >= 100 * PART && written <= 128 * PART, "a quota is held");
	check(ftruncate(file, 0) == 0 && write(file, part, sizeof part) == PART, "and given back");
	close(file);
	unlink("/home/large");
}

static void check_handles(void)
{
	static int files[300];
	int count = 0;
	char name[] = "/home/h000";

	for (; count < 300; count++) {
		name[7] = (char)('0' + count / 100);
		name[8] = (char)('0' + count / 10 % 10);
		name[9] = (char)('0' + count % 10);
		files[count] = open(name, O_CREAT | O_RDWR, 0644);
		if (files[count] < 0)
			break;
	}
	check(count > 100 && count < 300 && (errno == ENFILE || errno == EMFILE || errno == ENOSPC),
	      "files come to an end");
	while (count-- > 0) {
		close(files[count]);
		name[7] = (char)('0' + count / 100);
		name[8] = (char)('0' + count / 10 % 10);
		name[9] = (char)('0' + count % 10);
		unlink(name);
	}
	check(close(open("/home/again", O_CREAT | O_RDWR, 0644)) == 0 && unlink("/home/again") == 0,
	      "and can be had again");
}

static void *append(void *argument)
{
	const char letter = *(const char *)argument;
	const int file = open("/home/log", O_WRONLY | O_APPEND);
	char line[32];

	memset(line, letter, sizeof line);
	for (int i = 0; i < WRITES; i++)
		if (write(file, line, sizeof line) != sizeof line)
			return argument;
	close(file);
	return NULL;
}

static void check_writers(void)
{
	static char letters[] = "abc";
	pthread_t threads[WRITERS];
	char line[32];
	bool whole = true;
	void *failed;
	int lines = 0;

	close(open("/home/log", O_CREAT | O_WRONLY, 0644));
	for (int i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, append, &letters[i]);
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(threads[i], &failed);
		whole &= !failed;
	}
	const int file = open("/home/log", O_RDONLY);
	for (; read(file, line, sizeof line) == sizeof line; lines++)
		for (size_t i = 1; i < sizeof line; i++)
			whole &= line[i] == line[0];
	check(whole && lines == WRITERS * WRITES, "what several threads append is not torn apart");
	close(file);
	unlink("/home/log");
}

void check_limits(void)
{
	check_quota();
	check_handles();
	check_writers();
}
