/* SPDX-License-Identifier: MIT */
/*
 * The component library's parts that need no kernel: slots, formatting, and the
 * heap over memory that malloc brings.
 */
#include <base/heap.h>
#include <base/ipc.h>
#include <base/log.h>
#include <base/slots.h>
#include <check.h>
#include <kernel/words.h>
#include <stdlib.h>
#include <string.h>

/* ---- the kernel's side: memory is had, up to a limit ---- */

static unsigned objects, objects_max;

enum status ipc_call(struct ipc *ipc, cap_t target, uint32_t interface, uint16_t method,
                     struct message *message)
{
	(void)ipc, (void)target;
	ck_assert_uint_eq(interface, CHARGE_INTERFACE);
	ck_assert_uint_eq(method, CHARGE_CREATE_MEMORY);
	if (objects == objects_max)
		return ERR_OUT_OF_RAM;
	objects++;
	message->paged = false;
	message->word_count = 0;
	message->cap_count = 1;
	message->caps[0].id = objects;
	return OK;
}

void *ipc_send_segment(struct ipc *ipc)
{
	(void)ipc;
	return NULL;
}

void ipc_drop(struct ipc *ipc, cap_t cap)
{
	(void)ipc;
	ck_assert(cap_valid(cap));
	objects--;
}

enum status region_attach(struct regions *regions, const struct region_attach *attach,
                          void **out_base)
{
	(void)regions;
	*out_base = aligned_alloc(4096, attach->size);
	return OK;
}

void region_detach(struct regions *regions, void *base, size_t size)
{
	(void)regions, (void)size;
	free(base);
}

/* ---- slots ---- */

static struct slots slots;

START_TEST(slots_are_taken_in_runs_and_come_back)
{
	uint32_t a, b, c;

	slots_init(&slots, 2, 16);
	ck_assert_int_eq(slots_take(&slots, 4, &a), OK);
	ck_assert_uint_eq(a, 2);
	ck_assert_int_eq(slots_take(&slots, 10, &b), OK);
	ck_assert_uint_eq(b, 6);
	ck_assert_int_eq(slots_take(&slots, 1, &c), ERR_OUT_OF_CAPS);
	slots_put(&slots, 4, 1);
	slots_put(&slots, 8, 2);
	ck_assert_int_eq(slots_take(&slots, 2, &c), OK);
	ck_assert_uint_eq(c, 8);
	ck_assert_int_eq(slots_take(&slots, 2, &c), ERR_OUT_OF_CAPS);
	ck_assert_int_eq(slots_take(&slots, 1, &c), OK);
	ck_assert_uint_eq(c, 4);
}
END_TEST

START_TEST(no_slot_is_given_twice)
{
	static bool used[SLOTS_FIRST];

	srandom(7);
	slots_init(&slots, 3, SLOTS_FIRST + 100);
	memset(used, 0, sizeof(used));
	for (unsigned round = 0; round < 20000; round++) {
		const uint32_t count = 1 + (uint32_t)random() % 8;
		uint32_t first = 0;

		if (random() % 3 == 0) {
			first = 3 + (uint32_t)random() % (SLOTS_FIRST - 3);
			if (used[first])
				slots_put(&slots, first, 1);
			used[first] = false;
		} else if (slots_take(&slots, count, &first) == OK) {
			ck_assert_uint_ge(first, 3);
			ck_assert_uint_le(first + count, SLOTS_FIRST);
			for (uint32_t i = first; i < first + count; i++) {
				ck_assert(!used[i]);
				used[i] = true;
			}
		}
	}
}
END_TEST

START_TEST(with_more_room_what_was_taken_stays_taken)
{
	static uint64_t memory[SLOTS_MAX / 64];
	uint32_t first;

	slots_init(&slots, 3, SLOTS_FIRST);
	while (slots_take(&slots, 1, &first) == OK)
		ck_assert_uint_lt(first, SLOTS_FIRST);
	slots_move(&slots, memory, SLOTS_MAX);
	ck_assert_int_eq(slots_take(&slots, 1, &first), ERR_OUT_OF_CAPS);
	slots.count = SLOTS_MAX; /* as the kernel's table grows */
	for (uint32_t slot = SLOTS_FIRST; slot < SLOTS_MAX; slot++) {
		ck_assert_int_eq(slots_take(&slots, 1, &first), OK);
		ck_assert_uint_eq(first, slot);
	}
	ck_assert_int_eq(slots_take(&slots, 1, &first), ERR_OUT_OF_CAPS);
	slots_put(&slots, 5, 2);
	ck_assert_int_eq(slots_take(&slots, 2, &first), OK);
	ck_assert_uint_eq(first, 5);
}
END_TEST

/* ---- formatting ---- */

START_TEST(formats_print_what_they_say)
{
	char text[64];

	ck_assert_uint_eq(
		text_format(text, sizeof(text), "%s %d %u %x %c%%", "a", -5, 7u, 0xbeefu, 'z'), 14);
	ck_assert_str_eq(text, "a -5 7 beef z%");
	text_format(text, sizeof(text), "%ld %lu %lx", INT64_MIN, UINT64_MAX, UINT64_MAX);
	ck_assert_str_eq(text, "-9223372036854775808 18446744073709551615 ffffffffffffffff");
}
END_TEST

START_TEST(formats_are_cut_at_the_end_of_their_room)
{
	char text[8];

	ck_assert_uint_eq(text_format(text, 4, "%s", "abcdef"), 3);
	ck_assert_str_eq(text, "abc");
	ck_assert_uint_eq(text_format(text, 1, "abc"), 0);
	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(text_format(NULL, 0, "abc"), 0);
}
END_TEST

/* ---- heap ---- */

enum { BLOCKS = 64 };

START_TEST(blocks_keep_what_is_written_to_them)
{
	static struct {
		unsigned char *at;
		size_t size;
	} blocks[BLOCKS];
	struct regions regions = {0};
	struct heap heap;

	srandom(3);
	objects_max = 1000;
	heap_init(&heap, &regions, (cap_t){1});
	for (unsigned round = 0; round < 3000; round++) {
		const unsigned i = (unsigned)random() % BLOCKS;

		if (blocks[i].at) {
			for (size_t k = 0; k < blocks[i].size; k++)
				ck_assert_uint_eq(blocks[i].at[k], i);
			heap_free(&heap, blocks[i].at);
			blocks[i].at = NULL;
		} else {
			blocks[i].size = (size_t)random() % 3000;
			blocks[i].at = heap_alloc(&heap, blocks[i].size);
			ck_assert_ptr_nonnull(blocks[i].at);
			ck_assert_uint_eq((uintptr_t)blocks[i].at % 16, 0);
			for (size_t k = 0; k < blocks[i].size; k++)
				ck_assert_uint_eq(blocks[i].at[k], 0);
			memset(blocks[i].at, (int)i, blocks[i].size);
		}
		ck_assert(heap_consistent(&heap));
	}
	for (unsigned i = 0; i < BLOCKS; i++)
		heap_free(&heap, blocks[i].at);
	heap_trim(&heap);
	ck_assert_uint_eq(objects, 0); /* all of it came back */
	ck_assert(heap_consistent(&heap));
	heap_fini(&heap);
}
END_TEST

START_TEST(an_exhausted_account_is_no_memory_and_no_harm)
{
	struct regions regions = {0};
	struct heap heap;

	objects_max = 1;
	heap_init(&heap, &regions, (cap_t){1});

	void *first = heap_alloc(&heap, 1000);

	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_null(heap_alloc(&heap, 100000));
	ck_assert_ptr_null(heap_alloc(&heap, SIZE_MAX));
	ck_assert_ptr_null(heap_alloc(&heap, SIZE_MAX / 2 + 1));
	heap_free(&heap, first);
	heap_free(&heap, NULL);
	heap_fini(&heap);
	ck_assert_uint_eq(objects, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tests = tcase_create("base");
	SRunner *runner = srunner_create(suite);

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, slots_are_taken_in_runs_and_come_back);
	tcase_add_test(tests, no_slot_is_given_twice);
	tcase_add_test(tests, with_more_room_what_was_taken_stays_taken);
	tcase_add_test(tests, formats_print_what_they_say);
	tcase_add_test(tests, formats_are_cut_at_the_end_of_their_room);
	tcase_add_test(tests, blocks_keep_what_is_written_to_them);
	tcase_add_test(tests, an_exhausted_account_is_no_memory_and_no_harm);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);

	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
