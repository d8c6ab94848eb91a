/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "process.h"

#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's descriptors are first copied above all that is in use, then down to their places. */
static int place_files(const int *files, size_t file_count, int report)
{
	int copies[PROCESS_FILES_MAX];

	for (size_t i = 0; i < file_count; i++) {
		const int from = files[i] >= 0 ? files[i] : open("/dev/null", O_RDWR | O_CLOEXEC);
		copies[i] = fcntl(from, F_DUPFD_CLOEXEC, PROCESS_FILES_MAX + 1);
		if (copies[i] < 0)
			return -errno;
	}
	/* out of the way of the places */
	report = fcntl(report, F_DUPFD_CLOEXEC, PROCESS_FILES_MAX + 1);
	for (size_t i = 0; i < file_count; i++)
		if (dup2(copies[i], (int)i) < 0)
			return -errno;
	if (close_range((unsigned)file_count, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
		return -errno;
	return report;
}

_Noreturn static void become(char *const argv[], const int *files, size_t file_count, int report,
                             pid_t parent)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before the request */
		_exit(127);

	const int placed = place_files(files, file_count, report);
	if (placed >= 0) {
		report = placed;
		interrupt_restore();
		execvp(argv[0], argv);
	}
	const int error = placed < 0 ? -placed : errno;
	ssize_t written = write(report, &error, sizeof error);
	_exit(written == sizeof error ? 127 : 126);
}

int process_start(struct process *process, char *const argv[], const int *files, size_t file_count)
{
	const pid_t parent = getpid();
	int report[2];
	int error = 0;

	if (file_count > PROCESS_FILES_MAX)
		return -EINVAL;
	if (pipe2(report, O_CLOEXEC) != 0)
		return -errno;
	const pid_t pid = fork();
	if (pid == 0)
		become(argv, files, file_count, report[1], parent);
	error = pid < 0 ? errno : 0;
	close(report[1]);
	/* a successful exec closes the pipe without a word */
	if (pid > 0 && read(report[0], &error, sizeof error) < 0)
		error = errno;
	close(report[0]);
	if (error != 0 && pid > 0)
		waitpid(pid, NULL, 0);
	if (error != 0)
		return -error;

	setpgid(pid, pid);
	process->pid = pid;
	process->watch = pidfd_open(pid, 0);
	if (process->watch < 0) {
		error = errno;
		process_kill(process);
	}
	return -error;
}

int process_reap(struct process *process, int *out_status)
{
	int status;

	if (process->pid == 0 || waitpid(process->pid, &status, WNOHANG) != process->pid)
		return -EAGAIN;
	process->pid = 0;
	close(process->watch);
	*out_status = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
	return 0;
}

void process_kill(struct process *process)
{
	if (process->pid == 0)
		return;
	kill(-process->pid, SIGKILL);
	kill(process->pid, SIGKILL); /* should it not have reached its group yet */
	waitpid(process->pid, NULL, 0);
	if (process->watch >= 0)
		close(process->watch);
	process->pid = 0;
}

void process_ask_to_end(const struct process *process)
{
	if (process->pid != 0)
		kill(process->pid, SIGTERM);
}
