/* SPDX-License-Identifier: MIT */
/*
 * A process to make system calls of, as a program would: /tmp is a ram file system of 64 KiB, /dev
 * the devices, /boot the ROMs of the fake. Calls go through musl's own entry.
 */
#pragma once

#include <process/process.h>
#include <syscall/calls.h>

#include "native_fake.h"

enum { TMP_SIZE = 64 * 1024 };

/* Set up before and taken down after each test; the latter checks that nothing was lost. */
/* A new process in place of the old one, which is not ended. */
int program_init(void);
void program_setup(void);
void program_teardown(void);

extern struct process program;

/* A call with up to six arguments, numbers or pointers. */
#define CALL(name, ...) CALL_(name, __VA_ARGS__ __VA_OPT__(, ) 0, 0, 0, 0, 0, 0)
#define CALL_(name, a, b, c, d, e, f, ...) \
	__capos_syscall(CALL_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), \
	                (long)(f))

/* open(path, flags, 0644) relative to the current directory. */
long program_open(const char *path, int flags);
/* A file with this text, which must succeed. */
void program_put(const char *path, const char *text);

struct mount;
/* What a configuration with this mount does, by way of its message; 0 or a negated errno. */
int program_mount(const struct mount *mount);
