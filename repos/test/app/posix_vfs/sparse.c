/* SPDX-License-Identifier: MIT */
/* Files with holes. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void check_sparse(void)
{
	const off_t far = (off_t)4 << 30;
	struct stat status;
	char bytes[2];

	const int file = open("/data/sparse", O_CREAT | O_RDWR, 0644);
	check(pwrite(file, "ab", 2, far) == 2 && fstat(file, &status) == 0 &&
	              status.st_size == far + 2 && status.st_blocks == 8,
	      "a file of 4 GiB has one block");
	check(pread(file, bytes, 2, far) == 2 && bytes[1] == 'b' &&
	              pread(file, bytes, 2, far / 2) == 2 && bytes[0] == 0 && bytes[1] == 0,
	      "and zeros before it");
	check(lseek(file, 0, SEEK_DATA) == far && lseek(file, 0, SEEK_HOLE) == 0 &&
	              refused(lseek(file, far + 2, SEEK_DATA), ENXIO),
	      "lseek finds data and holes");
	check(fallocate(file, 3, far, 2) == 0 && pread(file, bytes, 2, far) == 2 && bytes[1] == 0,
	      "a hole is made");
	check(ftruncate(file, 1) == 0 && fstat(file, &status) == 0 && status.st_blocks == 0,
	      "what is cut off costs nothing");
	close(file);
	unlink("/data/sparse");
}
