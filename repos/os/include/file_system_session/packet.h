/* SPDX-License-Identifier: MIT */
/*
 * The packets of a File_system session, in the first page of its buffer.
 *
 * A packet names a file by a handle, which the server gave, or by a directory's handle and a name;
 * handle 0 is the root of the session. Names have no slash and are neither `.` nor `..`: the way
 * along a path, symbolic links and what is above a directory are the client's business, so that
 * there is nothing a server could be led out by. Names and contents lie in the rest of the buffer, at
 * `at` from the buffer's begin.
 *
 * Both sides may write to the buffer at any time. So the server copies a request before it looks at
 * it, the client an answer, and neither believes the other: what lies outside of the buffer, or is
 * no name, is refused with FILE_ERROR_INVALID here and taken for a broken session there.
 */
#pragma once

#include <assert.h>
#include <stdint.h>

enum { FILE_PACKETS = 32, FILE_PACKETS_SIZE = 4096, FILE_HANDLE_ROOT = 0 };

enum file_operation {
	FILE_LOOKUP,   /* a name: its handle and status */
	FILE_CREATE,   /* a name, for what `mode` says: likewise */
	FILE_SYMLINK,  /* a name, for a link to what the second text says: likewise */
	FILE_READLINK, /* where a symbolic link leads to, as far as there is room: `result` bytes */
	FILE_LINK,     /* the second name in `other`, for what the first stands for */
	FILE_UNLINK,   /* a name of a file */
	FILE_RMDIR,    /* the name of an empty directory */
	FILE_RENAME,   /* the first name becomes the second, in `other` */
	FILE_LIST,     /* the entry behind `offset`: its name, id and mode; 0 bytes at the end */
	FILE_STATUS,   /* the status */
	FILE_READ,     /* `result` bytes from `offset` */
	FILE_WRITE,    /* likewise */
	FILE_TRUNCATE, /* to `offset` bytes */
	FILE_SET_MODE, /* to `mode` */
	FILE_SET_OWNER, /* to `offset`: the owner, in the upper half the group */
	FILE_SET_TIMES, /* to two struct file_time, of access and modification */
	FILE_CAPACITY,  /* blocks of 4 KiB: `size`, free ones: `blocks`; free files: `links` */
	FILE_CLOSE,     /* the handle is free again */
};

/* As in errno. */
#define FILE_ERRORS(ERROR) \
	ERROR(NOT_FOUND, ENOENT) \
	ERROR(EXISTS, EEXIST) \
	ERROR(NOT_DIRECTORY, ENOTDIR) \
	ERROR(DIRECTORY, EISDIR) \
	ERROR(NOT_EMPTY, ENOTEMPTY) \
	ERROR(NO_SPACE, ENOSPC) \
	ERROR(NO_MEMORY, ENOMEM) \
	ERROR(READ_ONLY, EROFS) \
	ERROR(OTHER_DEVICE, EXDEV) \
	ERROR(BUSY, EBUSY) \
	ERROR(TOO_LARGE, EFBIG) \
	ERROR(TOO_MANY_LINKS, EMLINK) \
	ERROR(TOO_MANY_OPEN, ENFILE) \
	ERROR(NOT_PERMITTED, EPERM) \
	ERROR(NAME_TOO_LONG, ENAMETOOLONG) \
	ERROR(NO_HANDLE, EBADF) \
	ERROR(UNSUPPORTED, EOPNOTSUPP) \
	ERROR(INVALID, EINVAL)

enum file_error {
	FILE_OK,
#define FILE_ERROR(name, errno) FILE_ERROR_##name,
	FILE_ERRORS(FILE_ERROR)
#undef FILE_ERROR
		FILE_ERROR_IO,
};

struct file_time {
	int64_t seconds;
	int64_t nanoseconds; /* FILE_TIME_OMIT: as it is */
};

#define FILE_TIME_OMIT INT64_MAX

struct file_request {
	uint32_t operation;
	uint32_t handle;
	uint32_t other;
	uint32_t mode; /* as st_mode */
	uint32_t at;
	uint32_t size;
	uint32_t second_at;
	uint32_t second_size;
	uint64_t offset;
};

struct file_answer {
	uint32_t error; /* enum file_error; all else is valid with FILE_OK */
	uint32_t result;
	uint64_t id; /* of the file, among those of its file system */
	uint64_t size;
	uint64_t blocks; /* of 512 bytes */
	uint32_t mode;
	uint32_t links;
	uint32_t owner;
	uint32_t group;
	int64_t accessed_ns;
	int64_t modified_ns;
	int64_t changed_ns;
};

struct file_packet {
	struct file_request request;
	struct file_answer answer;
	uint64_t reserved[2];
};
static_assert(sizeof(struct file_packet) == 128);
static_assert(FILE_PACKETS * sizeof(struct file_packet) == FILE_PACKETS_SIZE);
