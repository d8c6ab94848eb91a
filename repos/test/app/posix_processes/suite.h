/* SPDX-License-Identifier: MIT */
/* What is proved, one file each. */
#pragma once

#include <sys/types.h>
#include <test/posix_check.h>

/* This program's own file. */
#define SELF "/boot/posix_processes"

/* What this program does as a child, by its first argument; the exit code. */
int role_play(int count, char **arguments);
/* A child in a role, its arguments ending with NULL; a process number or -1. */
pid_t role_start(const char *const *arguments);
/* Waits for the child; its status as waitpid tells it. */
int role_end(pid_t child);
/* Both. */
int role_run(const char *const *arguments);

/* A role with its arguments. */
#define ROLE(...) ((const char *const[]){__VA_ARGS__, NULL})

void check_spawn(void);
void check_files(void);
void check_signals(void);
void check_forks(void);
