/* SPDX-License-Identifier: MIT */
/* fork: what the child has of its parent, and what it has not. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

enum { PAGE = 4096 };

static int number = 7;

/* Waits for the child: its exit code, or minus the signal that has ended it. */
static int end_of(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child)
		return 1000;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void check_identity(void)
{
	const pid_t parent = getpid();
	const pid_t child = fork();

	if (child == 0)
		_exit(getppid() == parent && getpid() != parent ? 3 : 4);
	check(child > 0 && child != parent, "fork answers the child's number");
	check(end_of(child) == 3, "the child has a number and a parent of its own");
}

static void check_memory(void)
{
	volatile int local = 1;
	char *heap = malloc(100);
	char *large = malloc(300 * 1000);
	char *mapped =
		mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *constant = mapped + 8 * PAGE;

	strcpy(heap, "heap");
	strcpy(large + 299 * 1000, "large");
	strcpy(mapped, "mapped");
	strcpy(constant, "constant");
	check(mprotect(constant, PAGE, PROT_READ) == 0, "a page is for reading");
	check(munmap(mapped + 32 * PAGE, 8 * PAGE) == 0, "a mapping has a hole");
	const pid_t child = fork();
	if (child == 0) {
		const bool same = number == 7 && local == 1 && strcmp(heap, "heap") == 0 &&
		                  strcmp(large + 299 * 1000, "large") == 0 &&
		                  strcmp(mapped, "mapped") == 0 &&
		                  strcmp(constant, "constant") == 0;
		number = 8;
		local = 2;
		strcpy(heap, "child");
		strcpy(large + 299 * 1000, "child");
		strcpy(mapped, "child");
		mapped[40 * PAGE] = 1;
		const bool freed = munmap(mapped, 64 * PAGE) == 0;
		free(large);
		free(heap);
		char *more = malloc(400 * 1000);
		_exit(same && freed && more && more != mapped ? 0 : 1);
	}
	check(end_of(child) == 0,
	      "the child has the parent's memory, and does with it what it likes");
	check(number == 7 && local == 1 && strcmp(heap, "heap") == 0 &&
	              strcmp(large + 299 * 1000, "large") == 0 && strcmp(mapped, "mapped") == 0,
	      "the parent's is as it was");
	const pid_t other = fork();
	if (other == 0) {
		constant[0] = 'C';
		_exit(0);
	}
	check(end_of(other) == -SIGSEGV, "what is for reading is so in the child");
	munmap(mapped, 64 * PAGE);
	free(large);
	free(heap);
}

struct shared {
	sem_t go;
	sem_t done;
	int number;
};

/* The child's part, and its own child's. */
static void compute(struct shared *shared)
{
	sem_wait(&shared->go);
	shared->number *= 2;
	const pid_t child = fork();
	if (child == 0) {
		shared->number += 1;
		_exit(0);
	}
	const bool ended = end_of(child) == 0;
	sem_post(&shared->done);
	_exit(munmap(shared, PAGE) == 0 && ended ? 0 : 1);
}

static int shared_rounds(int rounds)
{
	enum { LARGE = 1 << 20 };
	int good = 0;

	for (int i = 0; i < rounds; i++) {
		char *large = mmap(NULL, LARGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		                   -1, 0);
		if (large == MAP_FAILED)
			break;
		const pid_t writer = fork();
		if (writer == 0)
			_exit(large[LARGE - 1] = 1);
		good += end_of(writer) == 1 && large[LARGE - 1] == 1 && munmap(large, LARGE) == 0;
	}
	return good;
}

static void check_shared_memory(void)
{
	enum { ROUNDS = 24 };
	struct shared *shared =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char byte = 0;
	int ends[2];

	check(shared != MAP_FAILED && sem_init(&shared->go, 1, 0) == 0 &&
	              sem_init(&shared->done, 1, 0) == 0 && pipe(ends) == 0,
	      "memory to share, with semaphores in it");
	const pid_t child = fork();
	if (child == 0)
		compute(shared);
	shared->number = 20;
	sem_post(&shared->go);
	sem_wait(&shared->done);
	check(shared->number == 41, "a child and its child write to it, and wait for each other");
	check(end_of(child) == 0, "one may unmap it");
	shared->number++;
	const pid_t keeper = fork();
	if (keeper == 0)
		_exit(read(ends[0], &byte, 1) == 1 && shared->number == 42 ? 0 : 1);
	check(munmap(shared, PAGE) == 0 && write(ends[1], "x", 1) == 1 && end_of(keeper) == 0,
	      "who has made it may, too, and the child keeps it");
	close(ends[0]);
	close(ends[1]);
	check(shared_rounds(ROUNDS) == ROUNDS, "its memory comes back");
}

static void check_descriptors(void)
{
	char text[8] = "";
	int ends[2];

	const int file = open("/tmp/forked", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	check(write(file, "onetwothree", 11) == 11 && lseek(file, 3, SEEK_SET) == 3 &&
	              pipe(ends) == 0,
	      "a file and a pipe");
	const pid_t child = fork();
	if (child == 0) {
		char mine[4] = "";
		const bool good = read(file, mine, 3) == 3 && strcmp(mine, "two") == 0 &&
		                  fcntl(file, F_GETFD) == FD_CLOEXEC &&
		                  write(ends[1], "child", 5) == 5 && close(file) == 0;
		_exit(good ? 0 : 1);
	}
	close(ends[1]);
	check(read(ends[0], text, 8) == 5 && memcmp(text, "child", 5) == 0,
	      "the child writes into its parent's pipe");
	check(end_of(child) == 0, "it has all descriptors");
	check(read(ends[0], text, 8) == 0, "its end of the pipe is closed with it");
	check(read(file, text, 8) == 5 && memcmp(text, "three", 5) == 0, "the position is shared");
	close(ends[0]);
	close(file);
	unlink("/tmp/forked");
}

static volatile sig_atomic_t caught;

static void note(int signal)
{
	caught = signal;
}

static void check_signals_of_fork(void)
{
	struct sigaction action = {.sa_handler = note};
	sigset_t set;
	sigset_t pending;

	sigaction(SIGUSR2, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR1);
	alarm(1000);
	const pid_t child = fork();
	if (child == 0) {
		sigset_t mask;
		sigpending(&pending);
		sigprocmask(SIG_BLOCK, NULL, &mask);
		raise(SIGUSR2);
		_exit(!sigismember(&pending, SIGUSR1) && sigismember(&mask, SIGUSR1) &&
		                      caught == SIGUSR2 && alarm(0) == 0
		              ? 0
		              : 1);
	}
	check(end_of(child) == 0, "actions and mask are the child's, what is pending is not");
	check(alarm(0) > 0 && caught == 0, "the parent's alarm is its own");
	signal(SIGUSR1, SIG_IGN);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);

	const pid_t waits = fork();
	if (waits == 0)
		for (;;)
			pause();
	check(kill(waits, SIGTERM) == 0 && end_of(waits) == -SIGTERM, "a signal ends a fork");
	const pid_t spins = fork();
	if (spins == 0)
		for (volatile int i = 0;; i++)
			;
	check(kill(spins, SIGKILL) == 0 && end_of(spins) == -SIGKILL, "so does SIGKILL at once");
}

/* A fork in a handler: both return from it. */
static volatile pid_t of_handler;

static void fork_here(int signal)
{
	(void)signal;
	of_handler = fork();
}

static void check_handler(void)
{
	signal(SIGUSR1, fork_here);
	raise(SIGUSR1);
	if (of_handler == 0)
		_exit(raise(0) == 0 && getpid() != getppid() ? 5 : 6);
	check(end_of(of_handler) == 5, "a handler may fork, and its child returns from it");
	signal(SIGUSR1, SIG_DFL);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile int turns;
static volatile bool stop;
static char order[3]; /* of the first fork's handlers */

static void note_handler(char name)
{
	if (strlen(order) < sizeof order - 1)
		order[strlen(order)] = name;
}

static void prepare(void)
{
	note_handler('p');
	pthread_mutex_lock(&mutex);
}

static void release_parent(void)
{
	note_handler('a');
	pthread_mutex_unlock(&mutex);
}

static void release_child(void)
{
	note_handler('c');
	pthread_mutex_unlock(&mutex);
}

static void *hold_often(void *argument)
{
	while (!stop) {
		pthread_mutex_lock(&mutex);
		turns++;
		free(malloc(1000));
		pthread_mutex_unlock(&mutex);
		sched_yield();
	}
	return argument;
}

static void *fork_in_thread(void *argument)
{
	volatile int local = 11;
	const pid_t child = fork();

	if (child == 0)
		_exit(local == 11 && argument == &number ? 12 : 13);
	return (void *)(intptr_t)end_of(child);
}

static void *nothing(void *argument)
{
	return argument;
}

static void check_threads(void)
{
	pthread_t busy;
	pthread_t other;
	void *result;

	pthread_atfork(prepare, release_parent, release_child);
	pthread_create(&busy, NULL, hold_often, NULL);
	while (turns < 10)
		sched_yield();
	const pid_t child = fork();
	if (child == 0) {
		const int before = turns;
		for (int i = 0; i < 100; i++)
			sched_yield();
		const bool alone = turns == before;
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
		const bool begun = pthread_create(&other, NULL, nothing, &number) == 0 &&
		                   pthread_join(other, &result) == 0 && result == &number;
		_exit(alone && begun && strcmp(order, "pc") == 0 ? 0 : 1);
	}
	check(end_of(child) == 0, "of the threads the child has the one that called");
	check(strcmp(order, "pa") == 0, "handlers of pthread_atfork run");
	pthread_create(&other, NULL, fork_in_thread, &number);
	pthread_join(other, &result);
	check((intptr_t)result == 12, "any thread may fork");
	stop = true;
	pthread_join(busy, NULL);
}

static void check_descent(void)
{
	const pid_t child = fork();

	if (child == 0) {
		number++;
		const pid_t grandchild = fork();
		if (grandchild == 0)
			_exit(number == 8 ? 20 : 21);
		_exit(end_of(grandchild) == 20 ? 22 : 23);
	}
	check(end_of(child) == 22, "a fork forks");
	const pid_t becomes = fork();
	if (becomes == 0) {
		execl(SELF, "posix_processes", "exit", "31", NULL);
		_exit(32);
	}
	check(end_of(becomes) == 31, "a fork execs");
	const pid_t spawns = fork();
	if (spawns == 0)
		_exit(WEXITSTATUS(role_run(ROLE("exit", "33"))));
	check(end_of(spawns) == 33, "a fork spawns");
}

/* The child's end comes before the grandchild's. */
static void check_orphan(void)
{
	char byte = 0;
	int go[2];
	int done[2];

	check(pipe(go) == 0 && pipe(done) == 0, "two pipes");
	const pid_t child = fork();
	if (child == 0) {
		if (fork() == 0) {
			(void)read(go[0], &byte, 1);
			(void)write(done[1], &byte, 1);
			_exit(0);
		}
		_exit(9);
	}
	close(done[1]);
	check(end_of(child) == 9, "a parent's end does not wait for its child's");
	check(write(go[1], "x", 1) == 1 && read(done[0], &byte, 1) == 1 && byte == 'x',
	      "its child lives on");
	check(read(done[0], &byte, 1) == 0, "to its own end");
	close(go[0]);
	close(go[1]);
	close(done[0]);
}

static void check_budget(void)
{
	enum { LARGE = 8 << 20 };
	char *most = mmap(NULL, LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(most != MAP_FAILED, "a mapping takes more than half of the budget");
	most[0] = 1;
	errno = 0;
	const pid_t none = fork();
	if (none == 0)
		_exit(0);
	check(none == -1 && errno == ENOMEM, "its clone does not fit: ENOMEM");
	check(munmap(most, LARGE) == 0, "without it");
	const pid_t child = fork();
	if (child == 0)
		_exit(0);
	check(end_of(child) == 0, "there is room again");
}

/* Each forks until it can't be done, then waits for its own: answers the size of its family. */
static int explode(unsigned depth)
{
	int family = 1;

	for (;;) {
		const pid_t child = depth < 4 ? fork() : -1;
		if (child < 0)
			return family;
		if (child == 0)
			_exit(explode(depth + 1) & 0x7f);
		const int end = end_of(child);
		family += end < 0x80 && end > 0 ? end : 0;
		if (family > 24)
			return family;
	}
}

static void check_bomb(void)
{
	pid_t children[256];
	int count = 0;
	int ended = 0;
	int ends[2];
	char byte;

	check(pipe(ends) == 0, "a pipe");
	while (count < 256) {
		const pid_t child = fork();
		if (child == 0) {
			close(ends[1]);
			(void)read(ends[0], &byte, 1);
			_exit(0);
		}
		if (child < 0)
			break;
		children[count++] = child;
	}
	check(count > 3 && count < 256 && (errno == ENOMEM || errno == EAGAIN),
	      "there is no room for any number of them");
	close(ends[1]);
	close(ends[0]);
	for (int i = 0; i < count; i++)
		ended += end_of(children[i]) == 0;
	check(ended == count, "all that there were end as they should");
	check(explode(0) > 3, "nor for forks of forks");
	const pid_t child = fork();
	if (child == 0)
		_exit(0);
	check(end_of(child) == 0, "afterwards all is as it was");
}

void check_forks(void)
{
	check_identity();
	check_memory();
	check_shared_memory();
	check_descriptors();
	check_signals_of_fork();
	check_handler();
	check_descent();
	check_orphan();
	check_budget();
	check_threads();
	check_bomb();
}
