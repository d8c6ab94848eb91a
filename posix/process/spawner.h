/* SPDX-License-Identifier: MIT */
/*
 * The spawner: the process that this one is a child of, as far as it can be asked. Its side of the
 * same questions is family.h; interface/spawner.capnp says what each means.
 *
 * All answers are a value or a negated errno: ENOSYS where the parent is no process, EIO when it
 * has gone. Files are numbers of the spawner's. Nothing here waits for anything but the answer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <abi/status.h>

/* What is told about a file of the spawner's. */
struct spawner_status {
	mode_t mode;
	bool stream;
	uint64_t id;
	off_t size;
	uint64_t modified_ns;
	bool terminal;
};

struct spawner_news {
	int signal; /* 0: there is none */
	pid_t sender;
	pid_t group;  /* 0: for this process alone */
	bool changed; /* a file that was not ready may be */
};

struct directory_entry;

/* What the process is born with: a message of interface/spawner.capnp. ERR_UNSUPPORTED: nothing. */
enum status spawner_birth(const void **out_message, size_t *out_size);
void spawner_news(struct spawner_news *out_news);
void spawner_end(int status, bool stays);
/* Stopped by a signal; 0: it goes on. */
void spawner_stop(int signal);
pid_t spawner_identify(void);
int spawner_kill(pid_t process, int signal);
void spawner_join(pid_t group, pid_t session);

/* An offset of -1 is the open file's own position. */
ssize_t spawner_read(uint32_t file, void *buffer, size_t size, off_t offset);
ssize_t spawner_write(uint32_t file, const void *buffer, size_t size, off_t offset);
off_t spawner_seek(uint32_t file, off_t offset, int whence);
int spawner_ready(uint32_t file);
int spawner_status(uint32_t file, struct spawner_status *out_status);
/* `size` bytes of argument both ways. */
int spawner_control(uint32_t file, unsigned long request, void *argument, size_t size);
int spawner_truncate(uint32_t file, off_t size);
int spawner_set_mode(uint32_t file, mode_t mode);
int spawner_set_time(uint32_t file, uint64_t modified_ns);
void spawner_close(uint32_t file);

/* Answers a number of a file. */
long spawner_lookup(uint32_t directory, const char *name, struct spawner_status *out_status);
int spawner_create(uint32_t directory, const char *name, mode_t mode);
int spawner_link(uint32_t directory, const char *name, const char *target);
/* The target as a string, cut to `size`. */
int spawner_target(uint32_t file, char *target, size_t size);
int spawner_remove(uint32_t directory, const char *name, bool folder);
int spawner_rename(uint32_t directory, const char *name, uint32_t to, const char *new_name);
/* 1 and the entry behind *cookie, or 0 at the end. */
int spawner_list(uint32_t directory, uint64_t *cookie, struct directory_entry *out_entry);
