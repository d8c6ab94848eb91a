/* SPDX-License-Identifier: MIT */
/*
 * What this program does as its own child. The exit code tells the parent what it has seen: 0 as it
 * should be.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

extern char **environ;

static int leave(char **arguments)
{
	return atoi(arguments[2]);
}

/* Is what it has been given what the parent says? */
static int place(char **arguments)
{
	char directory[64];

	if (atoi(arguments[2]) != getppid() || getpid() == getppid())
		return 1;
	if (!getcwd(directory, sizeof directory) || strcmp(directory, "/tmp") != 0)
		return 2;
	if (!getenv("COLOUR") || strcmp(getenv("COLOUR"), "blue") != 0)
		return 3;
	return umask(0) == 027 ? 0 : 4;
}

static int print(char **arguments)
{
	fputs(arguments[2], stdout);
	return fflush(stdout) == 0 ? 0 : 1;
}

/* Standard input to standard output, a little at a time. */
static int copy(char **arguments)
{
	char buffer[777];
	ssize_t size;

	(void)arguments;
	while ((size = read(0, buffer, sizeof buffer)) > 0)
		for (ssize_t done = 0; done < size;) {
			const ssize_t part = write(1, buffer + done, (size_t)(size - done));
			if (part < 0)
				return 1;
			done += part;
		}
	return size < 0 ? 2 : 0;
}

/* Is the descriptor closed? */
static int closed(char **arguments)
{
	return fcntl(atoi(arguments[2]), F_GETFD) == -1 && errno == EBADF ? 0 : 1;
}

/* Reads what the position says, and moves it. */
static int position(char **arguments)
{
	const int file = atoi(arguments[2]);
	char text[5] = "";

	if (read(file, text, 4) != 4 || strcmp(text, "more") != 0)
		return 1;
	return lseek(file, 0, SEEK_CUR) == 9 ? 0 : 2;
}

/* Works on files below /tmp, which are its parent's. */
static int files(char **arguments)
{
	char text[16] = "";
	int file;

	(void)arguments;
	if (chdir("/tmp/house") != 0)
		return 1;
	file = open("parent", O_RDONLY);
	if (file < 0 || read(file, text, sizeof text) != 6 || memcmp(text, "parent", 6) != 0)
		return 2;
	close(file);
	file = open("child", O_WRONLY | O_CREAT | O_EXCL, 0640);
	if (file < 0 || write(file, "child", 5) != 5 || close(file) != 0)
		return 3;
	if (mkdir("room", 0700) != 0 || rename("child", "room/moved") != 0)
		return 4;
	if (symlink("room/moved", "way") != 0 || access("way", R_OK) != 0)
		return 5;
	return unlink("parent") == 0 ? 0 : 6;
}

static int fault(char **arguments)
{
	volatile int *volatile nothing = (volatile int *)8;

	(void)arguments;
	return *nothing;
}

static int die(char **arguments)
{
	raise(atoi(arguments[2]));
	return 1;
}

/* Waits to be ended by a signal, and says when it does. */
static int wait_for_end(char **arguments)
{
	(void)arguments;
	(void)write(1, "r", 1);
	while (pause() < 0)
		;
	return 1;
}

/* Never makes a call again. */
static int spin(char **arguments)
{
	(void)arguments;
	(void)write(1, "r", 1);
	for (volatile unsigned turns = 1; turns; turns |= 1)
		;
	return 1;
}

static volatile sig_atomic_t seen;

static void note(int signal)
{
	seen = signal;
}

/* Exits with the number of the signal it gets. */
static int catch (char **arguments)
{
	(void)arguments;
	signal(SIGUSR1, note);
	signal(SIGTERM, note);
	(void)write(1, "r", 1);
	while (!seen)
		pause();
	return seen;
}

/* Tells its parent. */
static int tell(char **arguments)
{
	return kill(getppid(), atoi(arguments[2])) == 0 ? 0 : errno;
}

/* A child of its own, with the same descriptors. */
static int pass(char **arguments)
{
	return WEXITSTATUS(role_run((const char *const *)arguments + 2));
}

/* Becomes something else. */
static int become(char **arguments)
{
	execv(SELF, arguments + 1); /* the role's name stands for the program's */
	return 99;
}

/* Takes more memory than any child is born with. */
static int hoard(char **arguments)
{
	const size_t size = (size_t)atoi(arguments[2]) * 1024;
	char *memory = malloc(size);

	if (!memory)
		return 1;
	memset(memory, 7, size);
	return memory[size - 1] == 7 ? 0 : 2;
}

static const struct role {
	const char *name;
	int (*play)(char **arguments);
} roles[] = {
	{"exit", leave},    {"place", place},       {"print", print},   {"copy", copy},
	{"closed", closed}, {"position", position}, {"files", files},   {"fault", fault},
	{"die", die},       {"wait", wait_for_end}, {"spin", spin},     {"catch", catch},
	{"tell", tell},     {"pass", pass},         {"become", become}, {"hoard", hoard},
};

int role_play(int count, char **arguments)
{
	(void)count;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (strcmp(roles[i].name, arguments[1]) == 0)
			return roles[i].play(arguments);
	/* a script is told what else there is */
	return 98;
}

pid_t role_start(const char *const *arguments)
{
	const char *words[8] = {SELF};
	pid_t child;

	for (int i = 0; i < 6 && arguments[i]; i++)
		words[i + 1] = arguments[i];
	/* the interface lacks a const: nobody writes to them */
	const int error =
		posix_spawn(&child, SELF, NULL, NULL, (char *const *)(uintptr_t)words, environ);
	if (error) {
		errno = error;
		return -1;
	}
	return child;
}

int role_end(pid_t child)
{
	int status = -1;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

int role_run(const char *const *arguments)
{
	const pid_t child = role_start(arguments);

	return child < 0 ? -1 : role_end(child);
}
