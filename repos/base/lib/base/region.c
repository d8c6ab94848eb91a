/* SPDX-License-Identifier: MIT */
#include <base/region.h>
#include <kernel/client.h>

enum { PAGE = 4096 };

static size_t pages_of(size_t size)
{
	return (size + PAGE - 1) / PAGE;
}

void regions_init(struct regions *regions, struct ipc *ipc, cap_t space, cap_t account)
{
	*regions = (struct regions){
		.ipc = ipc, .space = space, .account = account, .next_large = REGION_LARGE};
}

static bool page_used(const struct regions *regions, size_t page)
{
	return regions->used[page / 64] >> (page % 64) & 1;
}

static void mark(struct regions *regions, size_t first, size_t count, bool used)
{
	for (size_t page = first; page < first + count; page++) {
		if (used)
			regions->used[page / 64] |= 1ul << (page % 64);
		else
			regions->used[page / 64] &= ~(1ul << (page % 64));
	}
}

/* The first page of `count` free ones in a row; REGION_WINDOW_PAGES: there are none. */
static size_t find_run(const struct regions *regions, size_t count)
{
	size_t first = 0;

	/* what is free in the word, then as far as it goes */
	while (first < REGION_WINDOW_PAGES) {
		const uint64_t left = ~regions->used[first / 64] >> (first % 64);
		size_t end;

		if (left == 0) {
			first = (first | 63) + 1;
			continue;
		}
		first += (size_t)__builtin_ctzl(left);
		for (end = first; end < first + count && end < REGION_WINDOW_PAGES; end++) {
			if (page_used(regions, end))
				break;
		}
		if (end == first + count)
			return first;
		first = end;
	}
	return REGION_WINDOW_PAGES;
}

/* An address for `count` pages; the window first. */
static uintptr_t take(struct regions *regions, size_t count)
{
	const size_t page = find_run(regions, count);

	if (page < REGION_WINDOW_PAGES) {
		mark(regions, page, count, true);
		return REGION_WINDOW + page * PAGE;
	}

	const uintptr_t address = regions->next_large;

	regions->next_large += count * PAGE;
	return address;
}

static void put(struct regions *regions, uintptr_t address, size_t count)
{
	if (address < REGION_LARGE)
		mark(regions, (address - REGION_WINDOW) / PAGE, count, false);
	else if (address + count * PAGE == regions->next_large)
		regions->next_large = address;
}

enum status region_attach(struct regions *regions, const struct region_attach *attach,
                          void **out_base)
{
	const size_t count = pages_of(attach->size);

	if (count == 0)
		return ERR_BAD_ARG;

	const uintptr_t address = take(regions, count);
	const struct space_map_params params = {
		.memory = attach->memory,
		.account = cap_valid(attach->account) ? attach->account : regions->account,
		.address = address,
		.offset = attach->offset,
		.size = count * PAGE,
		.write = attach->write,
		.execute = attach->execute,
	};
	const enum status status = space_map(regions->ipc, regions->space, &params);

	if (status != OK) {
		put(regions, address, count);
		return status;
	}
	*out_base = (void *)address;
	return OK;
}

void region_detach(struct regions *regions, void *base, size_t size)
{
	const struct space_unmap_params params = {.address = (uintptr_t)base,
	                                          .size = pages_of(size) * PAGE};

	if (!base)
		return;
	/* It may be gone already, with the memory or the account behind it. */
	(void)space_unmap(regions->ipc, regions->space, &params);
	put(regions, (uintptr_t)base, pages_of(size));
}
