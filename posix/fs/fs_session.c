/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "fs_session.h"

uint8_t *fs_session_data(struct fs_session *session)
{
	return session->native.base + FILE_PACKETS_SIZE;
}

size_t fs_session_data_size(const struct fs_session *session)
{
	return session->native.size - FILE_PACKETS_SIZE;
}

static struct file_packet *packets(struct fs_session *session)
{
	return (struct file_packet *)(void *)session->native.base;
}

static int errno_of(uint32_t error)
{
	switch (error) {
	case FILE_OK: return 0;
#define FILE_ERROR(name, number) \
	case FILE_ERROR_##name: return number;
		FILE_ERRORS(FILE_ERROR)
#undef FILE_ERROR
	default: return EIO;
	}
}

int fs_session_submit(struct fs_session *session, const struct file_request *request,
                      struct file_answer *out_answer)
{
	const uint32_t count = session->close_count;

	if (session->broken)
		return -EIO;
	for (uint32_t i = 0; i < count; i++)
		packets(session)[i].request = (struct file_request){.operation = FILE_CLOSE,
		                                                    .handle = session->closes[i]};
	if (request)
		packets(session)[count].request = *request;
	session->close_count = 0;
	if (native_file_system_submit(&session->native, count + (request != NULL)) != OK) {
		session->broken = true;
		return -EIO;
	}
	if (!request)
		return 0;
	memcpy(out_answer, &packets(session)[count].answer, sizeof *out_answer);
	/* the copy is what counts from here on */
	__asm__ volatile("" : : : "memory");
	return -errno_of(out_answer->error);
}

void fs_session_put_text(struct fs_session *session, size_t at, const char *text, uint32_t *out_at,
                         uint32_t *out_size)
{
	const size_t size = strlen(text);

	memcpy(fs_session_data(session) + at, text, size);
	*out_at = (uint32_t)(FILE_PACKETS_SIZE + at);
	*out_size = (uint32_t)size;
}

void fs_session_close_later(struct fs_session *session, uint32_t handle)
{
	if (session->close_count == FS_CLOSES_MAX)
		(void)fs_session_submit(session, NULL,
		                        NULL); /* a broken session has nothing to give back to */
	session->closes[session->close_count++] = handle;
}
