/* SPDX-License-Identifier: MIT */
#include "sched/timeout.h"

#include "machine_fake.h"
#include "suites.h"
#include "world.h"

enum { COUNT = 100, SOON = 1000 };

static struct timeout timeouts[COUNT];
static unsigned expired;
static uint64_t last;

static void expire(struct timeout *timeout)
{
	const uint64_t index = (uint64_t)(timeout - timeouts);

	ck_assert_uint_eq(timeout->armed.key, 0);
	ck_assert_uint_ge(index / 10, last);
	last = index / 10;
	expired++;
}

/* Ten at each time; armed in another order. */
static void setup(void)
{
	world_init();
	expired = 0;
	last = 0;
	for (unsigned i = 0; i < COUNT; i++) {
		const unsigned index = i * 37 % COUNT;

		timeouts[index] = (struct timeout){.expire = expire};
		timeout_set(&timeouts[index], MACHINE_START_NS + (index / 10 + 1) * SOON);
	}
}

static unsigned interrupts_until_all(unsigned wanted)
{
	unsigned count = 0;

	while (expired < wanted) {
		const unsigned before = expired;

		timeout_expire();
		ck_assert_uint_gt(expired, before);
		ck_assert_uint_le(expired, before + 16);
		count++;
	}
	timeout_expire();
	ck_assert_uint_eq(expired, wanted);
	return count;
}

START_TEST(what_is_due_expires_in_order_and_nothing_else)
{
	timeout_expire();
	ck_assert_uint_eq(expired, 0);
	machine_fake_pass_time(SOON);
	ck_assert_uint_eq(interrupts_until_all(10), 1);
	machine_fake_pass_time(9 * SOON);
	(void)interrupts_until_all(COUNT);
	ck_assert(!timeout_any());
}
END_TEST

START_TEST(many_at_once_take_several_interrupts)
{
	machine_fake_pass_time(COUNT * SOON);
	ck_assert_uint_eq(interrupts_until_all(COUNT), (COUNT + 15) / 16);
}
END_TEST

START_TEST(what_is_cleared_never_expires)
{
	for (unsigned i = 0; i < COUNT; i++) {
		if (i % 10 != 5)
			timeout_clear(&timeouts[i]);
		timeout_clear(&timeouts[i / 2 * 2]); /* once or twice */
	}
	machine_fake_pass_time(COUNT * SOON);
	(void)interrupts_until_all(10);
	ck_assert(!timeout_any());
}
END_TEST

Suite *timeout_suite(void)
{
	Suite *suite = suite_create("timeout");
	TCase *tests = tcase_create("timeout");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, what_is_due_expires_in_order_and_nothing_else);
	tcase_add_test(tests, many_at_once_take_several_interrupts);
	tcase_add_test(tests, what_is_cleared_never_expires);
	suite_add_tcase(suite, tests);
	return suite;
}
