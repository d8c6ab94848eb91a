/* SPDX-License-Identifier: MIT */
/* Pipes and FIFOs: what flows, what waits, what ends. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGE = 300 * 1000 };

static void *write_large(void *argument)
{
	static char bytes[LARGE];
	const int pipe = *(int *)argument;

	for (int i = 0; i < LARGE; i++)
		bytes[i] = (char)(i % 251);
	const long done = write(pipe, bytes, LARGE);
	close(pipe);
	return (void *)done;
}

static void check_flow(void)
{
	pthread_t thread;
	int ends[2];
	char text[16];
	char part[1000];
	long total = 0;
	long size;
	bool right = true;

	check(pipe(ends) == 0 && write(ends[1], "hello", 5) == 5 && read(ends[0], text, 16) == 5 &&
	              memcmp(text, "hello", 5) == 0,
	      "what is written into a pipe can be read");
	check(refused(lseek(ends[0], 0, SEEK_CUR), ESPIPE) &&
	              refused(write(ends[0], "x", 1), EBADF),
	      "it has no places, and each end is for one thing");
	pthread_create(&thread, NULL, write_large, &ends[1]);
	while ((size = read(ends[0], part, sizeof part)) > 0) {
		for (long i = 0; i < size; i++)
			right = right && part[i] == (char)((total + i) % 251);
		total += size;
	}
	void *written;
	pthread_join(thread, &written);
	check(right && total == LARGE && (intptr_t)written == LARGE && size == 0,
	      "more than it holds flows through while both wait; then comes the end");
	close(ends[0]);
}

static void check_limits(void)
{
	static char block[PIPE_BUF];
	int ends[2];
	int blocks = 0;
	int waiting = 0;
	char byte;

	pipe2(ends, O_NONBLOCK | O_CLOEXEC);
	check(fcntl(ends[0], F_GETFD) == FD_CLOEXEC && fcntl(ends[1], F_GETFL) & O_NONBLOCK,
	      "pipe2 takes flags");
	check(refused(read(ends[0], &byte, 1), EAGAIN), "an empty one is EAGAIN");
	while (write(ends[1], block, PIPE_BUF) == PIPE_BUF)
		blocks++;
	check(errno == EAGAIN && blocks == 16, "it holds 64 KiB");
	check(ioctl(ends[0], FIONREAD, &waiting) == 0 && waiting == 65536, "and tells how much");
	check(read(ends[0], &byte, 1) == 1 && refused(write(ends[1], block, PIPE_BUF), EAGAIN),
	      "PIPE_BUF bytes are written together or not at all");
	check(write(ends[1], block, 2) == -1 && write(ends[1], block, 1) == 1, "what fits, fits");
	close(ends[0]);
	close(ends[1]);
}

static volatile sig_atomic_t broken;

static void on_broken(int signal)
{
	(void)signal;
	broken++;
}

static void check_ends(void)
{
	int ends[2];
	char byte;

	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = on_broken}, NULL);
	pipe(ends);
	const int copy = dup(ends[1]);
	close(ends[1]);
	check(write(copy, "x", 1) == 1 && close(copy) == 0 && read(ends[0], &byte, 1) == 1 &&
	              read(ends[0], &byte, 1) == 0,
	      "the end comes with the last copy of the writing end");
	close(ends[0]);
	pipe(ends);
	close(ends[0]);
	check(refused(write(ends[1], "x", 1), EPIPE) && broken == 1,
	      "writing to nobody is EPIPE and SIGPIPE");
	close(ends[1]);
}

static void *read_one(void *argument)
{
	char byte = 0;
	const long size = read(*(int *)argument, &byte, 1);

	return (void *)(intptr_t)(size == 1 ? byte : size == 0 ? 0 : -errno);
}

static void check_waits(void)
{
	pthread_t thread;
	void *result;
	int ends[2];

	pipe(ends);
	pthread_create(&thread, NULL, read_one, &ends[0]);
	sched_yield();
	write(ends[1], "w", 1);
	pthread_join(thread, &result);
	check((intptr_t)result == 'w', "a reader waits for a writer");
	pthread_create(&thread, NULL, read_one, &ends[0]);
	sched_yield();
	pthread_cancel(thread);
	pthread_join(thread, &result);
	check(result == PTHREAD_CANCELED, "and can be cancelled");
	pthread_create(&thread, NULL, read_one, &ends[0]);
	sched_yield();
	close(ends[1]);
	pthread_join(thread, &result);
	check(result == NULL, "or sees the end while it waits");
	close(ends[0]);
}

void check_pipes(void)
{
	check_flow();
	check_limits();
	check_ends();
	check_waits();
}

static void *open_reader(void *argument)
{
	const int file = open("/tmp/fifo", O_RDONLY);
	char *text = argument;

	if (file < 0)
		return (void *)-1;
	const long size = read(file, text, 16);
	close(file);
	return (void *)size;
}

void check_fifos(void)
{
	pthread_t thread;
	struct stat status;
	char text[16];
	void *size;

	check(mkfifo("/tmp/fifo", 0600) == 0 && refused(mkfifo("/tmp/fifo", 0600), EEXIST) &&
	              stat("/tmp/fifo", &status) == 0 && S_ISFIFO(status.st_mode),
	      "a FIFO has a name");
	check(refused(open("/tmp/fifo", O_WRONLY | O_NONBLOCK), ENXIO),
	      "that nobody reads yet: ENXIO");
	pthread_create(&thread, NULL, open_reader, text);
	sched_yield();
	const int writer = open("/tmp/fifo", O_WRONLY);
	check(writer >= 0 && write(writer, "named", 5) == 5, "writer and reader meet at it");
	pthread_join(thread, &size);
	check((intptr_t)size == 5 && memcmp(text, "named", 5) == 0, "and talk");
	close(writer);
	const int both = open("/tmp/fifo", O_RDWR);
	check(both >= 0 && write(both, "x", 1) == 1 && unlink("/tmp/fifo") == 0 &&
	              read(both, text, 1) == 1,
	      "one may be both, and it lives on without its name");
	close(both);
	check(refused(mknod("/tmp/device", S_IFCHR | 0600, 1), EPERM), "devices can't be made");
}
