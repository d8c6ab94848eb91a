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
	check_malloc();
	check(deep(200) == 0, "the stack is 200 KiB deep");
}
