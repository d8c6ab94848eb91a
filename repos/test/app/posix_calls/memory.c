/* SPDX-License-Identifier: MIT */
/* Memory: mappings, malloc, the stack. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, SMALL_BLOCKS = 400, ROUNDS = 20000, LARGE = 1 << 20, LARGE_MAX = 64 };

static bool all_zero(const char *at, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (at[i])
			return false;
	return true;
}

static void *map_anonymous(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void check_mappings(void)
{
	char *pages = map_anonymous(4 * PAGE);

	check(pages != MAP_FAILED && all_zero(pages, 4 * PAGE), "mmap gives zeros");
	memset(pages, 1, 4 * PAGE);
	check(munmap(pages + PAGE, PAGE) == 0, "a page in the middle is given back");
	check(pages[0] == 1 && pages[2 * PAGE] == 1, "its neighbours stay");
	check(mprotect(pages, PAGE, PROT_READ) == 0 && pages[5] == 1, "a page is made read-only");
	check(mprotect(pages, PAGE, PROT_READ | PROT_WRITE) == 0 && (pages[5] = 2) == 2,
	      "and writable again");
	check(refused(mprotect(pages, PAGE, PROT_WRITE | PROT_EXEC), EACCES),
	      "never writable and executable at once");
	check(munmap(pages, PAGE) == 0 && munmap(pages + 2 * PAGE, 2 * PAGE) == 0,
	      "the rest is given back");
	check(refused(munmap(pages + 1, PAGE), EINVAL), "what is no page can't be");
	check(mmap(NULL, (size_t)1 << 40, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	                      MAP_FAILED &&
	              errno == ENOMEM,
	      "more than the budget is ENOMEM");
}

static void check_file_mapping(void)
{
	const int file = open("/tmp/a", O_RDONLY);
	const char *text = mmap(NULL, 5, PROT_READ, MAP_PRIVATE, file, 0);

	check(text != MAP_FAILED && memcmp(text, "0123!", 5) == 0 && all_zero(text + 5, 100),
	      "a file is mapped, with zeros behind its end");
	munmap((void *)(uintptr_t)text, 5);
	close(file);
}

static void *map_at(void *address, size_t size, int protection, int flags)
{
	return mmap(address, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static void check_reservations(void)
{
	enum { PAGES = 32 };
	const size_t large = (size_t)64 << 30;

	char *base = map_at(NULL, large, PROT_NONE, 0);
	check(base != MAP_FAILED, "64 GiB of addresses are reserved and cost nothing");
	char *middle = base + large / 2;
	check(mprotect(middle, PAGES * PAGE, PROT_READ | PROT_WRITE) == 0 &&
	              all_zero(middle, PAGES * PAGE),
	      "a part of them gets memory");
	memset(middle, 7, PAGES * PAGE);
	check(mprotect(middle + PAGE, PAGE, PROT_NONE) == 0 &&
	              mprotect(middle + PAGE, PAGE, PROT_READ) == 0 && middle[PAGE] == 7,
	      "what it holds survives that it can't be seen");
	check(refused(mprotect(base, large, PROT_READ | PROT_WRITE), ENOMEM) && middle[0] == 7,
	      "memory for all of them there is not: ENOMEM, and nothing is lost");
	check(munmap(base, large) == 0, "all is given back at once");
	check(refused(mprotect(middle, PAGE, PROT_READ), ENOMEM), "then nothing is there: ENOMEM");
}

static void check_fixed(void)
{
	enum { PAGES = 32 };
	char *base = map_at(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, 0);

	memset(base, 1, PAGES * PAGE);
	check(map_at(base + 4 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_FIXED) ==
	                      base + 4 * PAGE &&
	              base[4 * PAGE] == 0 && base[3 * PAGE] == 1 && base[6 * PAGE] == 1,
	      "MAP_FIXED takes the place of what is there, and of no more");
	check(map_at(base, PAGE, PROT_READ, MAP_FIXED_NOREPLACE) == MAP_FAILED && errno == EEXIST,
	      "MAP_FIXED_NOREPLACE does not");
	check(munmap(base + 8 * PAGE, 8 * PAGE) == 0 &&
	              map_at(base + 8 * PAGE, 8 * PAGE, PROT_READ | PROT_WRITE, 0) ==
	                      base + 8 * PAGE,
	      "a hint is followed where nothing else is");
	check(map_at(base + 1, PAGE, PROT_READ, MAP_FIXED) == MAP_FAILED && errno == EINVAL,
	      "a place that is no page's is EINVAL");
	munmap(base, PAGES * PAGE);
	char *small = map_at(NULL, PAGE, PROT_READ | PROT_WRITE, 0);
	small[0] = 1;
	check(map_at(small, PAGE, PROT_READ | PROT_WRITE, MAP_FIXED) == small && small[0] == 0,
	      "small ones are replaced likewise");
	munmap(small, PAGE);
}

static void check_remapping(void)
{
	enum { PAGES = 32 };
	char *base = map_at(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, 0);

	base[0] = 1;
	base[PAGES * PAGE - 1] = 2;
	char *wall = map_at(base + PAGES * PAGE, PAGE, PROT_NONE, 0);
	check(mremap(base, PAGES * PAGE, 2 * PAGES * PAGE, 0) == MAP_FAILED && errno == ENOMEM,
	      "mremap does not grow over a neighbour");
	char *moved = mremap(base, PAGES * PAGE, 2 * PAGES * PAGE, MREMAP_MAYMOVE);
	check(moved != MAP_FAILED && moved != base && moved[0] == 1 &&
	              moved[PAGES * PAGE - 1] == 2 && all_zero(moved + PAGES * PAGE, PAGES * PAGE),
	      "but moves when it may, with what was there, and zeros");
	check(mremap(moved, 2 * PAGES * PAGE, PAGE, 0) == moved && moved[0] == 1,
	      "it shrinks in place");
	check(mremap(moved, PAGE, 9 * PAGE, 0) == moved && all_zero(moved + PAGE, 8 * PAGE),
	      "and grows in place where there is room");
	check(msync(moved, 9 * PAGE, MS_SYNC) == 0 &&
	              refused(msync(moved, 9 * PAGE, MS_SYNC | MS_ASYNC), EINVAL) &&
	              mlock(moved, PAGE) == 0 && munlock(moved, PAGE) == 0,
	      "memory is where it belongs");
	munmap(moved, 9 * PAGE);
	munmap(wall, PAGE);
}

/* Sizes and places that look random and are the same each time. */
static uint32_t next(uint32_t *state)
{
	*state = *state * 1103515245 + 12345;
	return *state >> 16;
}

static bool holds(const unsigned char *block, size_t size, unsigned char mark)
{
	return block[0] == mark && block[size / 2] == mark && block[size - 1] == mark;
}

static bool stress(void)
{
	static unsigned char *blocks[SMALL_BLOCKS];
	static size_t sizes[SMALL_BLOCKS];
	uint32_t state = 1;
	bool good = true;

	for (int round = 0; round < ROUNDS && good; round++) {
		const unsigned i = next(&state) % SMALL_BLOCKS;
		const size_t size = 1 + next(&state) % (i % 16 ? 700 : 20000);
		if (blocks[i])
			good = holds(blocks[i], sizes[i], (unsigned char)i);
		if (round % 3) {
			free(blocks[i]);
			blocks[i] = malloc(size);
		} else {
			blocks[i] = realloc(blocks[i], size);
		}
		good = good && blocks[i];
		if (good)
			memset(blocks[i], (int)i, size);
		sizes[i] = size;
	}
	for (unsigned i = 0; i < SMALL_BLOCKS; i++)
		free(blocks[i]);
	return good;
}

/* As many large blocks as there are; all are freed. */
static int take_all(void)
{
	void *blocks[LARGE_MAX];
	int count = 0;

	while (count < LARGE_MAX && (blocks[count] = malloc(LARGE)))
		memset(blocks[count++], 0x55, LARGE);
	const int error = errno;
	for (int i = 0; i < count; i++)
		free(blocks[i]);
	errno = error;
	return count;
}

static void check_malloc(void)
{
	check(stress(), "malloc, realloc and free, twenty thousand times");
	const int first = take_all();
	check(first >= 2 && first < LARGE_MAX && errno == ENOMEM, "memory ends with ENOMEM");
	check(take_all() == first, "what was freed can be had again, all of it");
	char *zeros = calloc(LARGE, 1);
	check(zeros && all_zero(zeros, LARGE), "calloc gives zeros, also of memory used before");
	free(zeros);
}

static int deep(int depth)
{
	volatile char frame[1024];

	frame[0] = (char)depth;
	return depth == 0 ? frame[0] : deep(depth - 1) + (frame[0] != (char)depth);
}

void check_memory(void)
{
	check_mappings();
	check_file_mapping();
	check_reservations();
	check_fixed();
	check_remapping();
	check_malloc();
	check(deep(200) == 0, "the stack is 200 KiB deep");
}
