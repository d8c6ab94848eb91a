/* SPDX-License-Identifier: MIT */
/*
 * The page arena over a model of the kernel: a table of pieces per memory object, which refuses
 * what the kernel refuses.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <native/page_arena.h>
#include <support/native_fake.h>
#include <support/suites.h>

enum { PIECES_MAX = 512, OBJECTS_MAX = 64, PAGE = NATIVE_PAGE_SIZE };

struct piece {
	uintptr_t address; /* 0: none */
	size_t size;
	enum native_access access;
};

static struct piece pieces[PIECES_MAX];
static size_t memory_left;
static long maps_left; /* that still succeed; negative: all */
static int objects;
static struct page_arena arena;

static enum status model_map(void *self, uint8_t *base, uint64_t memory, size_t offset, size_t size,
                             enum native_access access)
{
	(void)self;
	(void)memory;
	if (maps_left == 0)
		return ERR_OUT_OF_RAM;
	if (maps_left > 0)
		maps_left--;
	const uintptr_t address = (uintptr_t)base + offset;
	struct piece *free_piece = NULL;
	for (size_t i = 0; i < PIECES_MAX; i++) {
		if (!pieces[i].address)
			free_piece = &pieces[i];
		else
			ck_assert(address + size <= pieces[i].address ||
			          pieces[i].address + pieces[i].size <= address);
	}
	ck_assert_ptr_nonnull(free_piece);
	*free_piece = (struct piece){address, size, access};
	return OK;
}

static void model_unmap(void *self, uint8_t *base, size_t offset, size_t size)
{
	const uintptr_t from = (uintptr_t)base + offset;

	(void)self;
	for (size_t i = 0; i < PIECES_MAX; i++) {
		if (!pieces[i].address || pieces[i].address + pieces[i].size <= from ||
		    from + size <= pieces[i].address)
			continue;
		ck_assert_uint_ge(pieces[i].address, from);
		ck_assert_uint_le(pieces[i].address + pieces[i].size, from + size);
		pieces[i] = (struct piece){0};
	}
}

static enum status model_create(void *self, size_t size, uint8_t **out_base, uint64_t *out_memory)
{
	if (size > memory_left)
		return ERR_OUT_OF_RAM;
	uint8_t *base =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(base, MAP_FAILED);
	const enum status status =
		model_map(self, base, 0, 0, size, NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE);
	if (status != OK) {
		munmap(base, size);
		return status;
	}
	memory_left -= size;
	objects++;
	*out_base = base;
	*out_memory = 7;
	return OK;
}

static void model_destroy(void *self, uint8_t *base, size_t size, uint64_t memory)
{
	ck_assert_uint_eq(memory, 7);
	model_unmap(self, base, 0, size);
	munmap(base, size);
	memory_left += size;
	objects--;
}

/* What the program may do with a page, by the pieces. */
static enum native_access access_of(const void *page)
{
	const uintptr_t address = (uintptr_t)page;

	for (size_t i = 0; i < PIECES_MAX; i++)
		if (pieces[i].address && pieces[i].address <= address &&
		    address < pieces[i].address + pieces[i].size)
			return pieces[i].access;
	return NATIVE_ACCESS_NONE;
}

static int piece_count(void)
{
	int count = 0;

	for (size_t i = 0; i < PIECES_MAX; i++)
		count += pieces[i].address != 0;
	return count;
}

static void setup(void)
{
	const struct arena_backing backing = {.create = model_create,
	                                      .destroy = model_destroy,
	                                      .map = model_map,
	                                      .unmap = model_unmap};

	native_fake_reset();
	memset(pieces, 0, sizeof pieces);
	memory_left = 16 << 20;
	maps_left = -1;
	objects = 0;
	page_arena_init(&arena, &backing);
}

static void teardown(void)
{
	ck_assert(page_arena_consistent(&arena));
	page_arena_fini(&arena);
	ck_assert_int_eq(objects, 0);
	ck_assert_int_eq(piece_count(), 0);
	ck_assert_int_eq(fake.heap_blocks, 0);
}

static uint8_t *alloc(size_t page_count)
{
	static const uint8_t zeros[NATIVE_PAGE_SIZE];
	void *base;

	ck_assert_int_eq(page_arena_alloc(&arena, page_count, &base), OK);
	for (size_t i = 0; i < page_count; i++)
		ck_assert_mem_eq((uint8_t *)base + i * NATIVE_PAGE_SIZE, zeros, sizeof zeros);
	memset(base, 0xee, page_count * NATIVE_PAGE_SIZE);
	return base;
}

START_TEST(many_pages_share_one_memory_object)
{
	for (int i = 0; i < ARENA_CHUNK_PAGES_MIN; i++)
		(void)alloc(1);
	ck_assert_int_eq(objects, 1);
	ck_assert_int_eq(piece_count(), 1);
	(void)alloc(1);
	ck_assert_int_eq(objects, 2);
}
END_TEST

START_TEST(freed_pages_come_back_zeroed)
{
	uint8_t *first = alloc(3);
	uint8_t *second = alloc(3);

	ck_assert_int_eq(page_arena_free(&arena, first, 3), OK);
	ck_assert_ptr_eq(alloc(2), first);
	ck_assert_int_eq(page_arena_free(&arena, second + NATIVE_PAGE_SIZE, 1), OK);
	ck_assert_int_eq(page_arena_free(&arena, second + NATIVE_PAGE_SIZE, 1), ERR_BAD_ARG);
	ck_assert_int_eq(page_arena_free(&arena, second, 3), ERR_BAD_ARG);
}
END_TEST

START_TEST(what_is_not_ours_is_refused)
{
	uint8_t *pages = alloc(2);

	ck_assert_int_eq(page_arena_free(&arena, pages + 1, 1), ERR_BAD_ARG);
	ck_assert_int_eq(page_arena_free(&arena, pages, 0), ERR_BAD_ARG);
	ck_assert_int_eq(page_arena_free(&arena, pages, SIZE_MAX), ERR_BAD_ARG);
	ck_assert_int_eq(page_arena_free(&arena, &arena, 1), ERR_BAD_ARG);
	ck_assert_int_eq(page_arena_protect(&arena, &arena, 1, NATIVE_ACCESS_READ), ERR_BAD_ARG);
	ck_assert_int_eq(page_arena_protect(&arena, pages, 1,
	                                    NATIVE_ACCESS_WRITE | NATIVE_ACCESS_EXECUTE),
	                 ERR_DENIED);
}
END_TEST

START_TEST(large_requests_are_given_back_at_once)
{
	uint8_t *large = alloc(ARENA_CHUNK_PAGES_MAX + 1);
	const size_t left = memory_left;

	ck_assert_int_eq(page_arena_free(&arena, large, ARENA_CHUNK_PAGES_MAX + 1), OK);
	ck_assert_uint_gt(memory_left, left);
	ck_assert_int_eq(objects, 0);
}
END_TEST

START_TEST(a_tight_budget_gets_what_it_needs_and_no_more)
{
	void *base;

	memory_left = 3 * NATIVE_PAGE_SIZE;
	(void)alloc(2);
	ck_assert_uint_eq(memory_left, NATIVE_PAGE_SIZE);
	ck_assert_int_eq(page_arena_alloc(&arena, 2, &base), ERR_OUT_OF_RAM);
	(void)alloc(1);
	fake.heap_left = 0;
	ck_assert_int_eq(page_arena_alloc(&arena, 1, &base), ERR_OUT_OF_RAM);
	fake.heap_left = -1;
	ck_assert_int_eq(page_arena_alloc(&arena, SIZE_MAX, &base), ERR_BAD_ARG);
	ck_assert_int_eq(page_arena_alloc(&arena, 0, &base), ERR_BAD_ARG);
}
END_TEST

START_TEST(access_changes_split_and_join_pieces)
{
	uint8_t *pages = alloc(8);

	ck_assert_int_eq(page_arena_protect(&arena, pages, 8, NATIVE_ACCESS_NONE), OK);
	ck_assert_int_eq(piece_count(), 1); /* the chunk's rest */
	for (size_t i = 1; i < 8; i++) {
		ck_assert_int_eq(page_arena_protect(&arena, pages + i * NATIVE_PAGE_SIZE, 1,
		                                    NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE),
		                 OK);
		ck_assert_int_le(piece_count(), 2);
	}
	ck_assert_int_eq(piece_count(), 1);
	ck_assert_int_eq(access_of(pages), NATIVE_ACCESS_NONE);
	ck_assert_int_eq(page_arena_free(&arena, pages, 8), OK);
	ck_assert_int_eq(piece_count(), 1);
}
END_TEST

START_TEST(a_refused_change_leaves_all_as_it_was)
{
	uint8_t *pages = alloc(8);

	for (long allowed = 0; allowed < 3; allowed++) {
		maps_left = allowed;
		/* needs three pieces; the kernel can then still make the one that was there */
		const enum status status = page_arena_protect(&arena, pages + 2 * NATIVE_PAGE_SIZE,
		                                              2, NATIVE_ACCESS_READ);
		ck_assert_int_eq(status, ERR_OUT_OF_RAM);
		maps_left = -1;
		ck_assert(page_arena_consistent(&arena));
		/*
		 * the model has nothing left for the undo, which the kernel would: make it whole by
		 * hand
		 */
		ck_assert_int_eq(page_arena_protect(&arena, pages, 8, NATIVE_ACCESS_READ), OK);
		ck_assert_int_eq(page_arena_protect(&arena, pages, 8,
		                                    NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE),
		                 OK);
		ck_assert_int_eq(access_of(pages), NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE);
	}
}
END_TEST

/* ---- random use against a plain table of pages ---------------------------------------------- */

enum { HELD_MAX = 40, STEPS = 3000 };

struct held {
	uint8_t *base;
	size_t count;
	enum native_access access[32];
};

START_TEST(random_use_agrees_with_a_model)
{
	static const enum native_access accesses[] = {NATIVE_ACCESS_NONE, NATIVE_ACCESS_READ,
	                                              NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE,
	                                              NATIVE_ACCESS_READ | NATIVE_ACCESS_EXECUTE};
	struct held held[HELD_MAX] = {0};
	unsigned state = (unsigned)_i * 77 + 1;

	for (int step = 0; step < STEPS; step++) {
		struct held *one = &held[rand_r(&state) % HELD_MAX];
		if (!one->base) {
			one->count = 1 + (size_t)rand_r(&state) % 32;
			one->base = alloc(one->count);
			for (size_t i = 0; i < one->count; i++)
				one->access[i] = NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE;
		} else if (rand_r(&state) % 3 == 0) {
			ck_assert_int_eq(page_arena_free(&arena, one->base, one->count), OK);
			one->base = NULL;
		} else {
			const size_t first = (size_t)rand_r(&state) % one->count;
			const size_t count = 1 + (size_t)rand_r(&state) % (one->count - first);
			const enum native_access access = accesses[rand_r(&state) % 4];
			ck_assert_int_eq(page_arena_protect(&arena,
			                                    one->base + first * NATIVE_PAGE_SIZE,
			                                    count, access),
			                 OK);
			for (size_t i = 0; i < count; i++)
				one->access[first + i] = access;
		}
		if (step % 50)
			continue;
		ck_assert(page_arena_consistent(&arena));
		for (size_t h = 0; h < HELD_MAX; h++)
			for (size_t i = 0; held[h].base && i < held[h].count; i++)
				if (access_of(held[h].base + i * NATIVE_PAGE_SIZE) !=
				    held[h].access[i])
					ck_abort_msg("page %zu of %zu has another access", i, h);
	}
}
END_TEST

START_TEST(a_list_of_all_makes_the_same_arena_again)
{
	struct page_arena copy;
	struct memory_pieces list = {0};
	uint8_t *pages = alloc(8);
	uint8_t *gone = alloc(4);
	uintptr_t end;

	ck_assert_int_eq(page_arena_protect(&arena, pages, 2, NATIVE_ACCESS_READ), OK);
	ck_assert_int_eq(page_arena_free(&arena, gone, 4), OK);
	ck_assert_int_eq(page_arena_list(&arena, &list), OK);
	ck_assert_uint_eq(list.memory_count, 1);
	ck_assert_uint_eq(list.count, 4); /* read, written, given back, never used */
	ck_assert_uint_eq(list.items[0].access, NATIVE_ACCESS_READ);
	end = list.items[3].base + list.items[3].size;
	ck_assert_uint_eq(page_arena_gap(&arena, list.items[0].base, PAGE), end);
	ck_assert_uint_eq(page_arena_gap(&arena, PAGE, PAGE), PAGE);

	page_arena_init(&copy, &arena.backing);
	ck_assert_int_eq(page_arena_restore(&copy, &list, list.items[0].base, end), OK);
	native_heap_free(arena.chunks); /* the child has the copy alone */
	arena = copy;
	ck_assert_ptr_eq(alloc(4), gone);
	ck_assert_int_eq(page_arena_free(&arena, pages, 8), OK);
	pieces_fini(&list);
}
END_TEST

START_TEST(a_list_that_makes_no_sense_makes_no_arena)
{
	struct memory_piece item = {.base = PAGE, .size = 2 * PAGE, .memory = 2};
	struct piece_memory memory = {.native = 7, .size = PAGE};
	const struct memory_pieces list = {
		.items = &item, .count = 1, .memories = &memory, .memory_count = 1};

	ck_assert_int_eq(page_arena_restore(&arena, &list, 0, 9 * PAGE), ERR_BAD_ARG);
	item.memory = 1;
	item.offset = PAGE; /* of no chunk so far */
	ck_assert_int_eq(page_arena_restore(&arena, &list, 0, 9 * PAGE), ERR_BAD_ARG);
}
END_TEST

Suite *page_arena_suite(void)
{
	Suite *suite = suite_create("page arena");
	TCase *tcase = tcase_create("pages");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, many_pages_share_one_memory_object);
	tcase_add_test(tcase, freed_pages_come_back_zeroed);
	tcase_add_test(tcase, what_is_not_ours_is_refused);
	tcase_add_test(tcase, large_requests_are_given_back_at_once);
	tcase_add_test(tcase, a_tight_budget_gets_what_it_needs_and_no_more);
	tcase_add_test(tcase, access_changes_split_and_join_pieces);
	tcase_add_test(tcase, a_refused_change_leaves_all_as_it_was);
	tcase_add_loop_test(tcase, random_use_agrees_with_a_model, 0, 3);
	tcase_add_test(tcase, a_list_of_all_makes_the_same_arena_again);
	tcase_add_test(tcase, a_list_that_makes_no_sense_makes_no_arena);
	suite_add_tcase(suite, tcase);
	return suite;
}
