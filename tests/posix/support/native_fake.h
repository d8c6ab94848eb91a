/* SPDX-License-Identifier: MIT */
/*
 * native.h for host tests: the heap is malloc (so that the sanitizers see every byte), ROMs are
 * what the test declares, the log is a buffer, time stands still until a wait moves it, exit is a
 * long jump. There is one thread; one that would wait for ever, and a lock taken twice, abort.
 */
#pragma once

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <abi/status.h>

enum { FAKE_ROMS_MAX = 8, FAKE_LOG_SIZE = 4096 };

struct fake_rom {
	const char *name;
	const void *content;
	size_t size;
	int open_count;
};

struct native_file_system;

struct native_fake {
	/* the server of File_system sessions and their memory; NULL: there is none */
	int (*serve)(uint32_t count);
	uint8_t *shared;
	size_t shared_size;
	bool read_only;

	/* the terminal: what is typed and not read yet, what was shown, and how much more will be */
	const char *typed;
	char screen[4096];
	size_t screen_size;
	size_t screen_room;
	uint64_t wake_at_ns;
	int stop; /* the spawner was told of last */

	struct fake_rom roms[FAKE_ROMS_MAX];
	char log[FAKE_LOG_SIZE];
	size_t log_size;
	const void *configuration;
	size_t configuration_size;
	uint64_t time_ns;
	bool random;         /* is there a source of it? */
	long heap_left;      /* allocations that still succeed; negative: all */
	long heap_blocks;    /* allocated now */
	size_t pages;        /* bytes mapped now, or in memory objects */
	size_t memory_limit; /* of `pages`; 0: none */
	long maps_left;      /* of native_memory_map that still succeed; negative: all */
	int objects;         /* memory objects there are now */
	bool locked;         /* native_lock is held */
	bool unparked;
	jmp_buf exit; /* where native_exit goes, set by the test */
	int exit_code;
	/* children are components in name only: what they would ask the test asks family.h */
	enum status child_status;  /* what native_child_create answers */
	int children;              /* there are now */
	int child_news;            /* native_child_wake has been called */
	unsigned char birth[4096]; /* of the last one */
	size_t birth_size;
	uint32_t forked_memories; /* of the last fork */
	uint32_t forked_pieces;
	/* this process as a child: its spawner's side, answered by family.h; NULL: it has none */
	struct child *spawned_as;
	bool spawned_over;
	int spawned_status;
};

extern struct native_fake fake; /* reset by native_fake_reset; tests run one at a time */

void native_fake_reset(void);
/* `content` must stay. */
void native_fake_rom(const char *name, const void *content, size_t size);
