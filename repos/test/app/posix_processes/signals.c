/* SPDX-License-Identifier: MIT */
/* Signals between a process and its children. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

static volatile sig_atomic_t seen;
static volatile sig_atomic_t seen_code;
static volatile pid_t seen_sender;

static void note(int signal, siginfo_t *info, void *context)
{
	(void)context;
	seen = signal;
	seen_code = info->si_code;
	seen_sender = info->si_pid;
}

static void listen_to(int signal)
{
	struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};

	seen = 0;
	sigaction(signal, &action, NULL);
}

/* A child in a role that says when it is ready. */
static pid_t start_ready(const char *const *role)
{
	int ends[2];
	char byte;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	const int out = dup(1);
	fcntl(out, F_SETFD, FD_CLOEXEC);
	dup2(ends[1], 1);
	const pid_t child = role_start(role);
	dup2(out, 1);
	close(out);
	close(ends[1]);
	const bool ready = read(ends[0], &byte, 1) == 1;
	close(ends[0]);
	return ready ? child : -1;
}

static void check_down(void)
{
	pid_t child = start_ready(ROLE("catch"));
	check(child > 0 && kill(child, SIGUSR1) == 0, "a child can be signalled");
	int status = role_end(child);
	check(WIFEXITED(status) && WEXITSTATUS(status) == SIGUSR1, "its handler is called");

	child = start_ready(ROLE("wait"));
	check(kill(child, SIGTERM) == 0 && role_end(child) == SIGTERM,
	      "one without a handler ends");
	child = start_ready(ROLE("spin"));
	check(kill(child, SIGTERM) == 0 && role_end(child) == SIGTERM,
	      "also where it makes no calls");
	child = start_ready(ROLE("spin"));
	check(kill(child, SIGKILL) == 0 && role_end(child) == SIGKILL,
	      "and by what can't be caught");
	check(kill(12345, SIGTERM) == -1 && errno == ESRCH, "who is no relative is not found");
}

static void check_up(void)
{
	char number[8];

	listen_to(SIGUSR1);
	snprintf(number, sizeof number, "%d", SIGUSR1);
	const pid_t child = role_start(ROLE("tell", number));
	check(role_end(child) == 0 && seen == SIGUSR1, "a child can tell its parent");
	check(seen_sender == child && seen_code == SI_USER, "which learns who it was");
	signal(SIGUSR1, SIG_DFL);
	int status = role_run(ROLE("tell", number));
	check(WEXITSTATUS(status) == EPERM, "it can't end its parent");
	status = role_run(ROLE("tell", "9"));
	check(WEXITSTATUS(status) == EPERM, "by no means");
}

static void check_ends(void)
{
	listen_to(SIGCHLD);
	pid_t child = role_start(ROLE("exit", "3"));
	check(WEXITSTATUS(role_end(child)) == 3, "an end is waited for");
	check(seen == SIGCHLD && seen_code == CLD_EXITED && seen_sender == child,
	      "and told by a signal");
	signal(SIGCHLD, SIG_IGN);
	child = role_start(ROLE("exit", "3"));
	check(child > 0 && waitpid(child, NULL, 0) == -1 && errno == ECHILD,
	      "who does not care has nobody to wait for");
	signal(SIGCHLD, SIG_DFL);
}

static void check_broken_pipe(void)
{
	int ends[2];

	check(pipe2(ends, O_CLOEXEC) == 0, "a pipe");
	const int out = dup(1);
	fcntl(out, F_SETFD, FD_CLOEXEC);
	dup2(ends[1], 1);
	close(ends[0]);
	const pid_t child = role_start(ROLE("print", "nobody hears"));
	dup2(out, 1);
	close(out);
	close(ends[1]);
	check(role_end(child) == SIGPIPE, "a child that writes to nobody is ended by a signal");
}

void check_signals(void)
{
	check_down();
	check_up();
	check_ends();
	check_broken_pipe();
}
