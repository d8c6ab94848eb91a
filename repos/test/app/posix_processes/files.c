/* SPDX-License-Identifier: MIT */
/* Files that a parent and its children share. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

extern char **environ;

/* A child in this role between two descriptors. */
static pid_t start_between(const char *const *role, int in, int out)
{
	const int old_in = dup(0);
	const int old_out = dup(1);

	fcntl(old_in, F_SETFD, FD_CLOEXEC);
	fcntl(old_out, F_SETFD, FD_CLOEXEC);
	dup2(in, 0);
	dup2(out, 1);
	const pid_t child = role_start(role);
	dup2(old_in, 0);
	dup2(old_out, 1);
	close(old_in);
	close(old_out);
	return child;
}

static bool reads(int file, const char *text)
{
	char buffer[64];
	const size_t size = strlen(text);

	return read(file, buffer, sizeof buffer) == (ssize_t)size &&
	       memcmp(buffer, text, size) == 0;
}

static void check_pipes_between(void)
{
	int in[2];
	int out[2];
	char byte;

	check(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "two pipes");
	pid_t child = start_between(ROLE("print", "good morning"), in[0], out[1]);
	check(reads(out[0], "good morning"), "what a child writes comes out of a pipe");
	check(role_end(child) == 0, "it ends");

	child = start_between(ROLE("copy"), in[0], out[1]);
	check(write(in[1], "one", 3) == 3 && reads(out[0], "one"), "a child copies");
	check(write(in[1], "two", 3) == 3 && reads(out[0], "two"), "as long as there is something");
	close(in[0]);
	close(out[1]);
	close(in[1]);
	check(role_end(child) == 0, "it learns of the end");
	check(read(out[0], &byte, 1) == 0, "and so does who reads it");
	close(out[0]);
}

/* More than any buffer holds, through two children. */
static void check_pipeline(void)
{
	enum { SIZE = 300 * 1000 };
	int ends[3][2];
	long sent = 0;
	long got = 0;
	bool right = true;
	unsigned char buffer[4096];

	for (int i = 0; i < 3; i++)
		check(pipe2(ends[i], O_CLOEXEC) == 0, "a pipe");
	const pid_t first = start_between(ROLE("copy"), ends[0][0], ends[1][1]);
	const pid_t second = start_between(ROLE("copy"), ends[1][0], ends[2][1]);
	close(ends[0][0]);
	close(ends[1][0]);
	close(ends[1][1]);
	close(ends[2][1]);
	fcntl(ends[0][1], F_SETFL, O_NONBLOCK);
	fcntl(ends[2][0], F_SETFL, O_NONBLOCK);
	while (got < SIZE) {
		for (size_t i = 0; i < sizeof buffer; i++)
			buffer[i] = (unsigned char)((sent + (long)i) * 7 / 3);
		if (sent < SIZE) {
			const long rest = SIZE - sent;
			const ssize_t part =
				write(ends[0][1], buffer,
			              rest < (long)sizeof buffer ? (size_t)rest : sizeof buffer);
			sent += part > 0 ? part : 0;
			if (sent == SIZE)
				close(ends[0][1]);
		} else {
			fcntl(ends[2][0], F_SETFL, 0);
		}
		const ssize_t part = read(ends[2][0], buffer, sizeof buffer);
		for (ssize_t i = 0; i < part; i++)
			right = right && buffer[i] == (unsigned char)((got + i) * 7 / 3);
		got += part > 0 ? part : 0;
		if (part == 0)
			break;
	}
	close(ends[2][0]);
	check(got == SIZE && right, "a pipeline of two children lets nothing get lost");
	check(role_end(first) == 0 && role_end(second) == 0, "both end");
}

static void check_shared_position(void)
{
	char number[16];
	char text[8] = "";

	const int file = open("/tmp/shared", O_RDWR | O_CREAT, 0644);
	check(write(file, "once moremore", 13) == 13, "a file is written");
	check(lseek(file, 5, SEEK_SET) == 5, "and wound back");
	snprintf(number, sizeof number, "%d", file);
	check(role_run(ROLE("position", number)) == 0, "a child reads on where its parent stands");
	check(read(file, text, 4) == 4 && memcmp(text, "more", 4) == 0,
	      "and the parent where the child has stopped");
	check(lseek(file, 5, SEEK_SET) == 5 && role_run(ROLE("pass", "position", number)) == 0,
	      "a grandchild, too");
	fcntl(file, F_SETFD, FD_CLOEXEC);
	check(role_run(ROLE("closed", number)) == 0, "what is closed on exec is closed");
	close(file);
	unlink("/tmp/shared");
}

static void check_tree(void)
{
	struct stat status;
	char text[8] = "";

	check(mkdir("/tmp/house", 0755) == 0, "a directory");
	int file = open("/tmp/house/parent", O_WRONLY | O_CREAT, 0600);
	check(write(file, "parent", 6) == 6 && close(file) == 0, "with a file");
	check(role_run(ROLE("files")) == 0, "a child works in it");
	check(access("/tmp/house/parent", F_OK) == -1 && errno == ENOENT,
	      "what it has removed is gone");
	file = open("/tmp/house/way", O_RDONLY);
	check(read(file, text, 8) == 5 && memcmp(text, "child", 5) == 0 && close(file) == 0,
	      "what it has made is there");
	check(stat("/tmp/house/room/moved", &status) == 0 && (status.st_mode & 0777) == 0640,
	      "with the mode it said");
	unlink("/tmp/house/way");
	unlink("/tmp/house/room/moved");
	rmdir("/tmp/house/room");
	check(rmdir("/tmp/house") == 0, "nothing else is");
	check(mkdir("/tmp/house", 0755) == 0 &&
	              (file = open("/tmp/house/parent", O_WRONLY | O_CREAT, 0600)) >= 0 &&
	              write(file, "parent", 6) == 6 && close(file) == 0 &&
	              role_run(ROLE("pass", "files")) == 0,
	      "a grandchild works there as well");
}

static void check_popen(void)
{
	char line[32] = "";

	/* this program knows no option -c */
	check(symlink(SELF, "/bin/sh") == 0, "there is a shell");
	check(WEXITSTATUS(system("true")) == 98, "system runs a shell");
	FILE *stream = popen("true", "r");
	check(stream && !fgets(line, sizeof line, stream), "popen as well");
	check(WEXITSTATUS(pclose(stream)) == 98, "whose end is waited for");
}

void check_files(void)
{
	check_pipes_between();
	check_pipeline();
	check_shared_position();
	check_tree();
	check_popen();
}
