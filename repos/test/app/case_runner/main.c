/* SPDX-License-Identifier: MIT */
/*
 * Runner: runs cases one after the other, each as a process of its own, and says how it ended:
 *
 *     runner FOLDER SECONDS LIST
 *
 * LIST has lines `INTERFACE CASE`; the program is FOLDER/INTERFACE. A line of output is
 * `INTERFACE CASE VERDICT`. A case that takes longer than SECONDS is killed, with the processes it
 * has left in its group. What cases print goes to /dev/null.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NAME_MAX_SIZE = 128, PATH_SIZE = 512 };

extern char **environ;

/* What the suite's exit codes mean (its include/posixtest.h). */
static const char *verdict_of_code(int code)
{
	switch (code) {
	case 0: return "pass";
	case 1: return "fail";
	case 2: return "unresolved";
	case 4: return "unsupported";
	case 5: return "untested";
	default: return NULL;
	}
}

static void tell(const char *interface, const char *name, int status)
{
	const char *verdict = WIFEXITED(status) ? verdict_of_code(WEXITSTATUS(status)) : NULL;

	if (verdict)
		printf("%s %s %s\n", interface, name, verdict);
	else if (WIFEXITED(status))
		printf("%s %s exit-%d\n", interface, name, WEXITSTATUS(status));
	else
		printf("%s %s signal-%d\n", interface, name, WTERMSIG(status));
	fflush(stdout);
}

/* The case's own signals are as a shell would leave them. */
static int start(char *program, char *name, pid_t *out_process)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	char *const arguments[] = {program, name, NULL};

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	if (!getenv("CASES_TALK"))
		posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, 1, 2);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
	                                              POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	const int error = posix_spawn(out_process, program, &files, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

/* Its status, or -1 when the time is over and it has been killed. */
static int await(pid_t process, int seconds)
{
	struct timespec now, end, left;
	sigset_t child;
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	while (waitpid(process, &status, WNOHANG) != process) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec >= end.tv_sec) {
			kill(process, SIGKILL);
			waitpid(process, &status, 0);
			return -1;
		}
		left = (struct timespec){.tv_sec = end.tv_sec - now.tv_sec};
		sigtimedwait(&child, NULL, &left);
	}
	return status;
}

static void run(const char *folder, const char *interface, char *name, int seconds)
{
	char program[PATH_SIZE];
	pid_t process;

	snprintf(program, sizeof program, "%s/%s", folder, interface);
	const int error = start(program, name, &process);
	if (error) {
		printf("%s %s not-started-%d\n", interface, name, error);
		fflush(stdout);
		return;
	}
	const int status = await(process, seconds);
	kill(-process, SIGKILL); /* what it has left behind */
	while (waitpid(-process, NULL, WNOHANG) > 0)
		;
	if (status < 0)
		printf("%s %s timeout\n", interface, name), fflush(stdout);
	else
		tell(interface, name, status);
}

int main(int argc, char **argv)
{
	char interface[NAME_MAX_SIZE], name[NAME_MAX_SIZE];
	sigset_t child;

	if (argc != 4) {
		fprintf(stderr, "usage: runner FOLDER SECONDS LIST\n");
		return 2;
	}
	FILE *list = fopen(argv[3], "r");
	if (!list) {
		perror(argv[3]);
		return 2;
	}
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	while (fscanf(list, "%127s %127s", interface, name) == 2)
		run(argv[1], interface, name, atoi(argv[2]));
	fclose(list);
	return 0;
}
