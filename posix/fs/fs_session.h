/* SPDX-License-Identifier: MIT */
/*
 * The client's end of a File_system session: one request at a time, with the handles that are no
 * longer needed in front of it.
 *
 * What is between `data` and its size is shared with the server, which may change it at any time. An answer is
 * a copy. A server that has gone, or has not answered in time, makes the session *broken* for good.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <file_system_session/packet.h>
#include <native.h>

/* Two texts of a request are at fixed places of the data. */
enum { FS_SECOND_NAME_AT = PATH_MAX, FS_CLOSES_MAX = FILE_PACKETS - 1 };

/* Zeroed, but for `native`, at the beginning. */
struct fs_session {
	struct native_file_system native;
	bool broken;
	uint32_t closes[FS_CLOSES_MAX]; /* handles to be given back */
	uint32_t close_count;
};

uint8_t *fs_session_data(struct fs_session *session);
size_t fs_session_data_size(const struct fs_session *session);
/* Puts a text there for a request. */
void fs_session_put_text(struct fs_session *session, size_t at, const char *text, uint32_t *out_at,
                         uint32_t *out_size);
/* 0 or a negated errno: what the server answers, or EIO. */
int fs_session_submit(struct fs_session *session, const struct file_request *request,
                      struct file_answer *out_answer);
/* Gives a handle back with the next request; when there are too many, at once. */
void fs_session_close_later(struct fs_session *session, uint32_t handle);
