/* SPDX-License-Identifier: MIT */
/*
 * The machine: facts about this boot that outlive it, and the closing audit.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "loader_info.h"

struct platform_audit_results;

struct machine {
	struct memory_range ram[LOADER_RANGES_MAX];
	unsigned ram_count;
	struct memory_range archive;
	uint64_t ram_total;   /* bytes the frame allocator was given */
	uint64_t entry_ticks; /* time-stamp counter at the first instruction */
};

extern struct machine machine;

/* Whether any byte of the range is RAM. */
bool machine_has_ram(paddr_t address, uint64_t size);
/* Walks all accounts and recomputes what each has spent. The counting plugin knows it by its name. */
__attribute__((noinline)) void machine_audit(struct platform_audit_results *out_results);
