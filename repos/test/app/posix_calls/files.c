/* SPDX-License-Identifier: MIT */
/* What is done to an open file. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void check_reading_and_writing(void)
{
	char text[16] = "";

	const int file = open("/tmp/a", O_RDWR | O_CREAT | O_EXCL, 0644);
	check(file >= 0, "a file is made");
	check(write(file, "0123456789", 10) == 10, "ten bytes are written");
	check(lseek(file, 2, SEEK_SET) == 2, "lseek goes to a place");
	check(read(file, text, 3) == 3 && memcmp(text, "234", 3) == 0, "read reads from there");
	check(lseek(file, 0, SEEK_CUR) == 5, "and moves the place");
	check(pread(file, text, 2, 8) == 2 && memcmp(text, "89", 2) == 0, "pread reads elsewhere");
	check(lseek(file, 0, SEEK_CUR) == 5, "and moves nothing");
	check(read(file, text, 16) == 5 && read(file, text, 16) == 0,
	      "the end of a file reads as 0");
	check(refused(lseek(file, -1, SEEK_SET), EINVAL), "there is nothing before the beginning");
	check(pwrite(file, "x", 1, 4099) == 1 && pread(file, text, 2, 4097) == 2 && text[0] == 0,
	      "a hole reads as zeros");
	check(ftruncate(file, 4) == 0 && lseek(file, 0, SEEK_END) == 4, "ftruncate makes it short");
	check(close(file) == 0 && refused(read(file, text, 1), EBADF), "a closed file is EBADF");
}

static void check_vectors(void)
{
	char head[3];
	char tail[8];
	char text[] = "abcdefg";
	const struct iovec out[] = {{text, 3}, {text, 0}, {text + 3, 4}};
	const struct iovec in[] = {{head, sizeof head}, {tail, sizeof tail}};

	const int file = open("/tmp/v", O_RDWR | O_CREAT | O_TRUNC, 0644);
	check(writev(file, out, 3) == 7, "writev writes all parts");
	lseek(file, 0, SEEK_SET);
	check(readv(file, in, 2) == 7 && memcmp(head, "abc", 3) == 0 &&
	              memcmp(tail, "defg", 4) == 0,
	      "readv fills all parts");
	close(file);
}

static void check_sharing(void)
{
	char text[4];

	const int file = open("/tmp/a", O_RDWR);
	const int copy = dup(file);
	const int other = open("/tmp/a", O_RDONLY);
	lseek(file, 3, SEEK_SET);
	check(lseek(copy, 0, SEEK_CUR) == 3, "a dup shares the place");
	check(lseek(other, 0, SEEK_CUR) == 0, "another open does not");
	check(dup2(file, 100) == 100 && fcntl(100, F_GETFD) == 0, "dup2 chooses the number");
	check(fcntl(file, F_DUPFD_CLOEXEC, 50) == 50 && fcntl(50, F_GETFD) == FD_CLOEXEC,
	      "F_DUPFD_CLOEXEC marks the copy");
	check(refused(write(other, "x", 1), EBADF), "writing to what is open for reading is EBADF");

	const int append = open("/tmp/a", O_WRONLY | O_APPEND);
	lseek(append, 0, SEEK_SET);
	check(write(append, "!", 1) == 1 && lseek(file, 0, SEEK_END) == 5 &&
	              pread(file, text, 1, 4) == 1 && text[0] == '!',
	      "O_APPEND writes at the end");
	close(file);
	close(copy);
	close(other);
	close(append);
	close(100);
	close(50);
}

static void check_devices(void)
{
	char bytes[4] = "abcd";

	const int zero = open("/dev/zero", O_RDONLY);
	const int full = open("/dev/full", O_WRONLY);
	const int null = open("/dev/null", O_RDWR);
	check(read(zero, bytes, 4) == 4 && memcmp(bytes, "\0\0\0\0", 4) == 0, "/dev/zero is zeros");
	check(refused(write(full, bytes, 4), ENOSPC), "/dev/full is full");
	check(write(null, bytes, 4) == 4 && read(null, bytes, 4) == 0, "/dev/null swallows");
	check(!isatty(1) && errno == ENOTTY, "the log is no terminal");
	check(refused(lseek(1, 0, SEEK_CUR), ESPIPE), "and has no places");
	close(zero);
	close(full);
	close(null);
}

static void check_streams(void)
{
	char line[64] = "";
	int number = 0;

	FILE *file = fopen("/tmp/stream", "w+");
	check(file && fprintf(file, "%s %d\n%.3f\n", "line", 42, 1.5) == 14, "stdio writes");
	rewind(file);
	check(fscanf(file, "line %d\n", &number) == 1 && number == 42, "and reads");
	check(fgets(line, sizeof line, file) && strcmp(line, "1.500\n") == 0,
	      "numbers with a point, too");
	fclose(file);

	file = tmpfile();
	check(file && fputs("x", file) >= 0 && fseek(file, 0, SEEK_SET) == 0 && fgetc(file) == 'x',
	      "a removed file lives until it is closed");
	fclose(file);
}

void check_files(void)
{
	check_reading_and_writing();
	check_vectors();
	check_sharing();
	check_devices();
	check_streams();
}
