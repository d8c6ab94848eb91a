/* SPDX-License-Identifier: MIT */
/* A directory that is moved and replaced by a link while another thread walks through it. */
#include "suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#include <sys/stat.h>
#include <unistd.h>

enum { ROUNDS = 300 };

static atomic_bool done;

static void *swap(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		rename("/home/race/d", "/home/moved");
		symlink("../..", "/home/race/d");
		sched_yield();
		unlink("/home/race/d");
		rename("/home/moved", "/home/race/d");
		sched_yield();
	}
	atomic_store(&done, true);
	return argument;
}

void check_race(void)
{
	pthread_t thread;
	bool found = false;
	int tries = 0;

	mkdir("/home/race", 0755);
	mkdir("/home/race/d", 0755);
	const int directory = open("/home/race/d", O_RDONLY | O_DIRECTORY);
	pthread_create(&thread, NULL, swap, NULL);
	for (; !atomic_load(&done); tries++) {
		found |= leaks("/home/race/d/../../../secret") || leaks("/home/race/d/secret") ||
		         leaks_from(directory, "../../../secret") ||
		         leaks_from(directory, "../secret");
		sched_yield();
	}
	pthread_join(thread, NULL);
	check(!found && tries > 10, "nothing is found while directories are moved");
	check(access("/home/race/d", F_OK) == 0 && rmdir("/home/race/d") == 0 &&
	              rmdir("/home/race") == 0,
	      "and all is where it was");
	close(directory);
}
