/* SPDX-License-Identifier: MIT */
/*
 * Memory filler: takes nearly all of its budget as memory, writes into each
 * page what no other page has, reads all of it again, and gives it back. Twice:
 * what the first time leaves behind, such as page tables, serves the second.
 */
#include <base/log.h>
#include <kernel/client.h>
#include <string.h>
#include <test/check.h>

enum { BLOCKS = 20, PAGE = 4096, KIB = 1024 };

struct block {
	cap_t memory;
	uint64_t *base;
	uint64_t size;
};

struct filler {
	struct check check;
	struct block blocks[BLOCKS];
	unsigned count;
	uint64_t total;
};

static struct charge_usage_results usage(struct filler *filler)
{
	struct charge_usage_results results = {0};

	filler->check.failed +=
		charge_usage(&filler->check.env->ipc, filler->check.env->account, &results) != OK;
	return results;
}

static enum status take_block(struct filler *filler, uint64_t size)
{
	struct env *env = filler->check.env;
	const struct charge_create_memory_params params = {.size = size};
	struct charge_create_memory_results made;
	void *base;
	enum status status = charge_create_memory(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;

	const struct region_attach attach = {.memory = made.memory, .size = size, .write = true};

	status = region_attach(&env->regions, &attach, &base);
	if (status != OK) {
		ipc_drop(&env->ipc, made.memory);
		return status;
	}
	filler->blocks[filler->count++] =
		(struct block){.memory = made.memory, .base = base, .size = size};
	filler->total += size;
	return OK;
}

/* Equal blocks first, then smaller ones until not a page is left. */
static void take_all(struct filler *filler)
{
	const struct charge_usage_results now = usage(filler);
	uint64_t size = (now.ram_limit - now.ram_used) / 8 & ~(uint64_t)(PAGE - 1);

	for (; size >= PAGE; size = size / 2 & ~(uint64_t)(PAGE - 1)) {
		while (filler->count < BLOCKS && take_block(filler, size) == OK)
			;
	}
}

static void give_all(struct filler *filler)
{
	struct env *env = filler->check.env;

	while (filler->count > 0) {
		const struct block *block = &filler->blocks[--filler->count];

		region_detach(&env->regions, block->base, block->size);
		ipc_drop(&env->ipc, block->memory);
	}
	filler->total = 0;
}

/* Words `at` and below its page's end; the address itself tells pages apart. */
static uint64_t mark(const uint64_t *at, uint64_t round)
{
	return (uint64_t)(uintptr_t)at * 0x9e3779b97f4a7c15ul + round;
}

static void write_all(struct filler *filler, uint64_t round)
{
	for (unsigned i = 0; i < filler->count; i++) {
		const struct block *block = &filler->blocks[i];

		for (uint64_t *at = block->base; at < block->base + block->size / 8;
		     at += PAGE / 8) {
			at[0] = mark(at, round);
			at[PAGE / 8 - 1] = ~mark(at, round);
		}
	}
}

static uint64_t wrong_pages(const struct filler *filler, uint64_t round, bool zero)
{
	uint64_t wrong = 0;

	for (unsigned i = 0; i < filler->count; i++) {
		const struct block *block = &filler->blocks[i];

		for (const uint64_t *at = block->base; at < block->base + block->size / 8;
		     at += PAGE / 8)
			wrong += at[0] != (zero ? 0 : mark(at, round)) ||
			         at[PAGE / 8 - 1] != (zero ? 0 : ~mark(at, round)) ||
			         (zero && at[PAGE / 16] != 0);
	}
	return wrong;
}

static void fill(struct filler *filler, uint64_t round)
{
	struct check *check = &filler->check;
	const struct charge_usage_results before = usage(filler);
	const uint64_t room = before.ram_limit - before.ram_used;

	take_all(filler);
	log_line(check->env, "has %lu of %lu KiB", filler->total / KIB, room / KIB);
	check_that(check, "nearly all of it is usable",
	           filler->total > room - room / 64 - 16 * PAGE);
	check_status(check, "one block more", take_block(filler, room / 8), ERR_OUT_OF_RAM);
	check_equal(check, "pages that did not begin empty", wrong_pages(filler, round, true), 0);
	write_all(filler, round);
	check_equal(check, "pages that did not keep their content",
	            wrong_pages(filler, round, false), 0);
	give_all(filler);
}

int component_main(struct env *env)
{
	static struct filler filler; /* the one of this component */
	struct charge_usage_results first, second;

	filler.check.env = env;
	log_line(env, "begins");
	fill(&filler, 1);
	first = usage(&filler);
	fill(&filler, 2);
	second = usage(&filler);
	check_equal(&filler.check, "RAM in use after both", second.ram_used, first.ram_used);
	check_equal(&filler.check, "capabilities in use after both", second.caps_used,
	            first.caps_used);
	return check_result(&filler.check);
}
