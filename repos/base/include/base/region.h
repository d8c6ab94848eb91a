/* SPDX-License-Identifier: MIT */
/*
 * Regions: where in its own address space a component attaches memory.
 *
 * Small regions come from a window of pages that are used again and again, so
 * that the page tables beneath stay few; large ones get fresh addresses.
 */
#pragma once

#include <abi/cap.h>
#include <abi/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ipc;

enum { REGION_WINDOW_PAGES = 2048 };

#define REGION_WINDOW 0x10000000ul
#define REGION_LARGE  0x4000000000ul

struct regions {
	struct ipc *ipc;
	cap_t space;
	cap_t account; /* pays for the mappings, unless the attach names another */
	uint64_t used[REGION_WINDOW_PAGES / 64];
	uintptr_t next_large;
};

struct region_attach {
	cap_t memory;
	cap_t account; /* null: the component's own */
	uint64_t offset;
	size_t size; /* rounded up to whole pages */
	bool write;
	bool execute;
};

void regions_init(struct regions *regions, struct ipc *ipc, cap_t space, cap_t account);
enum status region_attach(struct regions *regions, const struct region_attach *attach,
                          void **out_base);
void region_detach(struct regions *regions, void *base, size_t size);
