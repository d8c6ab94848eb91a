/* SPDX-License-Identifier: MIT */
/*
 * What a POSIX program pays: the median of many rounds of each operation, in ticks of the time-stamp
 * counter, less what reading it takes. Plain POSIX but for that, so that the same source can be
 * measured elsewhere.
 */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 101, WARM_UP = 5, BLOCK = 4096, MAP_SMALL = 64 * 1024, MAP_LARGE = 1 << 20 };

static int file;
static char block[BLOCK];
static sem_t ping, pong;

static uint64_t ticks(void)
{
	uint32_t low;
	uint32_t high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* ---- what is measured: false when something has failed ---- */

static bool nothing(void)
{
	return true;
}

static bool get_parent(void)
{
	return getppid() >= 0;
}

static bool get_time(void)
{
	struct timespec time;

	return clock_gettime(CLOCK_MONOTONIC, &time) == 0;
}

static bool read_block(void)
{
	return pread(file, block, BLOCK, 0) == BLOCK;
}

static bool write_block(void)
{
	return pwrite(file, block, BLOCK, 0) == BLOCK;
}

static bool read_byte(void)
{
	return pread(file, block, 1, 0) == 1;
}

static bool get_status(void)
{
	struct stat status;

	return stat("/tmp/file", &status) == 0;
}

static bool open_close(void)
{
	const int opened = open("/tmp/file", O_RDONLY);

	return opened >= 0 && close(opened) == 0;
}

static bool create_remove(void)
{
	const int created = open("/tmp/other", O_WRONLY | O_CREAT | O_EXCL, 0644);

	return created >= 0 && close(created) == 0 && unlink("/tmp/other") == 0;
}

static bool whole_file(void)
{
	const int opened = open("/tmp/file", O_RDWR | O_TRUNC);

	return opened >= 0 && write(opened, block, BLOCK) == BLOCK &&
	       lseek(opened, 0, SEEK_SET) == 0 && read(opened, block, BLOCK) == BLOCK &&
	       close(opened) == 0;
}

static bool semaphore_round(void)
{
	return sem_post(&ping) == 0 && sem_wait(&pong) == 0;
}

static void *thread_main(void *argument)
{
	return argument;
}

static bool create_join(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, thread_main, NULL) == 0 &&
	       pthread_join(thread, NULL) == 0;
}

static bool map(size_t size, size_t step)
{
	char *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base == MAP_FAILED)
		return false;
	for (size_t at = 0; at < size; at += step)
		base[at] = 1;
	return munmap(base, size) == 0;
}

static bool map_small(void)
{
	return map(MAP_SMALL, MAP_SMALL);
}

static bool map_large(void)
{
	return map(MAP_LARGE, BLOCK);
}

static bool end(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool spawn_wait(void)
{
	static char name[] = "posix_bench", exits[] = "exit";
	char *const arguments[] = {name, exits, NULL};
	pid_t child;

	return posix_spawn(&child, "/boot/posix_bench", NULL, NULL, arguments, NULL) == 0 &&
	       end(child);
}

static bool fork_wait(void)
{
	const pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child > 0 && end(child);
}

/* ---- measuring ---- */

static int compare(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left;
	const uint64_t b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static uint64_t median(bool (*operation)(void))
{
	static uint64_t samples[ROUNDS];

	for (int i = -WARM_UP; i < ROUNDS; i++) {
		const uint64_t start = ticks();
		const bool good = operation();
		const uint64_t end = ticks();
		if (!good) {
			perror("FAILED");
			exit(1);
		}
		if (i >= 0)
			samples[i] = end - start;
	}
	qsort(samples, ROUNDS, sizeof samples[0], compare);
	return samples[ROUNDS / 2];
}

static void *answer(void *argument)
{
	while (sem_wait(&ping) == 0)
		sem_post(&pong);
	return argument;
}

struct row {
	const char *id;
	bool (*operation)(void);
};

static void measure(const struct row *row, uint64_t own)
{
	printf("bench %s %llu instructions\n", row->id,
	       (unsigned long long)(median(row->operation) - own));
}

static int measure_calls(void)
{
	static const struct row rows[] = {
		{"posix.getppid", get_parent},    {"posix.clock", get_time},
		{"posix.pread4k", read_block},    {"posix.pwrite4k", write_block},
		{"posix.pread1", read_byte},      {"posix.stat", get_status},
		{"posix.open_close", open_close}, {"posix.create_unlink", create_remove},
		{"posix.file4k", whole_file},     {"posix.futex", semaphore_round},
		{"posix.pthread", create_join},   {"posix.mmap64k", map_small},
		{"posix.mmap1m", map_large},
	};
	const uint64_t started = ticks();
	pthread_t thread;

	file = open("/tmp/file", O_RDWR | O_CREAT, 0644);
	if (file < 0 || !write_block())
		return 1;
	sem_init(&ping, 0, 0);
	sem_init(&pong, 0, 0);
	pthread_create(&thread, NULL, answer, NULL);
	const uint64_t own = median(nothing);
	printf("bench posix.boot %llu instructions\n", (unsigned long long)started);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		measure(&rows[i], own);
	return 0;
}

static int measure_processes(void)
{
	static const struct row rows[] = {{"posix.spawn", spawn_wait}, {"posix.fork", fork_wait}};
	const uint64_t own = median(nothing);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		measure(&rows[i], own);
	return 0;
}

/* Told nothing it measures calls, else what it is told; "exit" is itself, spawned. */
int main(int count, char **arguments)
{
	if (count < 2)
		return measure_calls();
	return strcmp(arguments[1], "processes") == 0 ? measure_processes() : 0;
}
