/* SPDX-License-Identifier: MIT */
/* Children: how they begin, what they are given, how they end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

extern char **environ;

static void check_ends(void)
{
	int status;

	status = role_run(ROLE("exit", "7"));
	check(WIFEXITED(status) && WEXITSTATUS(status) == 7, "a child's exit code is told");
	status = role_run(ROLE("exit", "300"));
	check(WEXITSTATUS(status) == 300 % 256, "of which eight bits are");
	status = role_run(ROLE("fault"));
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV,
	      "a fault ends a child like a signal");
	status = role_run(ROLE("die", "15"));
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "so does a signal of its own");
	check(waitpid(-1, NULL, 0) == -1 && errno == ECHILD,
	      "who has no children has none to wait for");
	status = role_run(ROLE("hoard", "1024"));
	check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child gets the memory it asks for");
	status = role_run(ROLE("pass", "pass", "exit", "5"));
	check(WIFEXITED(status) && WEXITSTATUS(status) == 5, "children have children");
	status = role_run(ROLE("become", "exit", "9"));
	check(WIFEXITED(status) && WEXITSTATUS(status) == 9,
	      "a child that execs is the same child");
}

static void check_place(void)
{
	char parent[16];
	mode_t before = umask(027);

	snprintf(parent, sizeof parent, "%d", (int)getpid());
	setenv("COLOUR", "blue", 1);
	check(chdir("/tmp") == 0, "the directory changes");
	check(role_run(ROLE("place", parent)) == 0,
	      "a child has its parent's directory, environment and mask");
	check(role_run(ROLE("become", "place", parent)) == 0, "so does one that has exec'd");
	check(chdir("/") == 0, "and back");
	umask(before);
}

static void check_refusals(void)
{
	char name[] = "x";
	char *const words[] = {name, NULL};
	pid_t child;

	check(posix_spawn(&child, "/boot/nothing", NULL, NULL, words, environ) == ENOENT,
	      "what is not there can't be run");
	check(posix_spawn(&child, "/tmp", NULL, NULL, words, environ) == EACCES,
	      "a directory neither");
	const int file = open("/tmp/text", O_WRONLY | O_CREAT, 0644);
	check(write(file, "neither this nor that", 21) == 21 && close(file) == 0, "a file is made");
	check(posix_spawn(&child, "/tmp/text", NULL, NULL, words, environ) == EACCES,
	      "nor what has no right to be");
	check(chmod("/tmp/text", 0755) == 0, "it gets it");
	check(posix_spawn(&child, "/tmp/text", NULL, NULL, words, environ) == ENOEXEC,
	      "nor what is no program");
	check(waitpid(-1, NULL, 0) == -1 && errno == ECHILD, "no child is left of it");
	check(unlink("/tmp/text") == 0, "nor a file");
}

static void check_scripts(void)
{
	static const char first[] = "#!" SELF " pass\nwhatever\n";
	static const char loop[] = "#!/tmp/loop\n";
	int status;
	pid_t child;
	char name[] = "script";
	char *const words[] = {name, NULL};

	int file = open("/tmp/exit", O_WRONLY | O_CREAT, 0755);
	check(write(file, first, sizeof first - 1) == sizeof first - 1, "a script is written");
	close(file);
	/* pass gets "/tmp/exit 3": a role that there is not */
	check(posix_spawn(&child, "/tmp/exit", NULL, NULL, words, environ) == 0,
	      "a script starts its interpreter");
	status = role_end(child);
	check(WIFEXITED(status) && WEXITSTATUS(status) == 98,
	      "which gets its argument, the script and the rest");
	file = open("/tmp/loop", O_WRONLY | O_CREAT, 0755);
	check(write(file, loop, sizeof loop - 1) > 0, "another is its own interpreter");
	close(file);
	check(posix_spawn(&child, "/tmp/loop", NULL, NULL, words, environ) == ELOOP,
	      "it can't be run");
	unlink("/tmp/loop");
	unlink("/tmp/exit");
}

static void check_vfork(void)
{
	static volatile int touched;
	int status;

	pid_t child = vfork();
	if (child == 0) {
		touched = 1;
		(void)chdir("/tmp");
		(void)close(0);
		_exit(getpid() == getppid() ? 1 : 33);
	}
	check(child > 0, "vfork returns in the parent when the child exits");
	status = role_end(child);
	check(WIFEXITED(status) && WEXITSTATUS(status) == 33, "with its code");
	char directory[64];
	check(touched == 1, "the memory is the parent's");
	check(getcwd(directory, sizeof directory) && strcmp(directory, "/") == 0 &&
	              fcntl(0, F_GETFD) == 0,
	      "the directory and the descriptors are not");

	child = vfork();
	if (child == 0) {
		execl(SELF, SELF, "exit", "44", (char *)NULL);
		_exit(1);
	}
	status = role_end(child);
	check(WIFEXITED(status) && WEXITSTATUS(status) == 44, "vfork and exec are a child");
}

static void check_waiting(void)
{
	int status;
	siginfo_t info;

	const pid_t first = role_start(ROLE("exit", "1"));
	const pid_t second = role_start(ROLE("exit", "2"));
	check(first > 0 && second > 0 && first != second, "two children have two numbers");
	check(waitpid(second, &status, 0) == second && WEXITSTATUS(status) == 2,
	      "one of them is waited for");
	check(waitpid(second, &status, 0) == -1 && errno == ECHILD, "once");
	check(waitid(P_PID, (id_t)first, &info, WEXITED | WNOWAIT) == 0 && info.si_pid == first &&
	              info.si_code == CLD_EXITED && info.si_status == 1,
	      "an end can be looked at");
	check(wait(&status) == first && WEXITSTATUS(status) == 1, "and then be waited for");
	const pid_t third = role_start(ROLE("wait"));
	check(waitpid(third, &status, WNOHANG) == 0, "who runs is not waited for");
	check(kill(third, SIGKILL) == 0 && role_end(third) == SIGKILL, "it is ended");
}

void check_spawn(void)
{
	check_ends();
	check_place();
	check_refusals();
	check_scripts();
	check_vfork();
	check_waiting();
}
