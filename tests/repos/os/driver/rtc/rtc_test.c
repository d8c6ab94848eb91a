/* SPDX-License-Identifier: MIT */
/*
 * Dates against the C library's, and the registers of the clock in all four ways of counting.
 */
#include <check.h>
#include <rtc/cmos.h>
#include <string.h>
#include <time.h>

static const struct date evening = {2026, 12, 31, 23, 59, 58};

/* A clock: registers, and how often it is still in an update or changes while it is read. */
static struct {
	uint8_t index, registers[128];
	unsigned updates, changes;
} device;

enum status ports_write(const struct ports *ports, uint16_t port, uint8_t width, uint32_t value)
{
	(void)ports;
	ck_assert_uint_eq(port, CMOS_PORT);
	ck_assert_uint_eq(width, 1);
	device.index = (uint8_t)value;
	return OK;
}

enum status ports_read(const struct ports *ports, uint16_t port, uint8_t width, uint32_t *out_value)
{
	(void)ports;
	ck_assert_uint_eq(port, CMOS_PORT + 1);
	ck_assert_uint_eq(width, 1);
	if (device.index == CMOS_A && device.updates > 0) {
		device.updates--;
		*out_value = 0x80;
		return OK;
	}
	*out_value = device.registers[device.index];
	if (device.index == CMOS_HOURS && device.changes > 0) {
		device.changes--;
		device.registers[CMOS_SECONDS]++;
	}
	return OK;
}

static void show(uint8_t b, uint8_t century, uint8_t year, uint8_t month, uint8_t day,
                 uint8_t hours, uint8_t minutes, uint8_t seconds)
{
	memset(&device, 0, sizeof(device));
	device.registers[CMOS_B] = b;
	device.registers[CMOS_CENTURY] = century;
	device.registers[CMOS_YEAR] = year;
	device.registers[CMOS_MONTH] = month;
	device.registers[CMOS_DAY] = day;
	device.registers[CMOS_HOURS] = hours;
	device.registers[CMOS_MINUTES] = minutes;
	device.registers[CMOS_SECONDS] = seconds;
}

static void expect(const struct date *wanted)
{
	struct date date;

	ck_assert_int_eq(cmos_read(NULL, &date), OK);
	ck_assert_mem_eq(&date, wanted, sizeof(date));
}

START_TEST(each_day_is_that_of_the_c_library)
{
	for (int64_t seconds = 0; seconds < 4102444800; seconds += 86400 - 7) { /* to 2100 */
		const time_t time = seconds;
		struct tm tm;

		gmtime_r(&time, &tm);

		const struct date date = {(unsigned)tm.tm_year + 1900, (unsigned)tm.tm_mon + 1,
		                          (unsigned)tm.tm_mday,        (unsigned)tm.tm_hour,
		                          (unsigned)tm.tm_min,         (unsigned)tm.tm_sec};

		ck_assert(date_valid(&date));
		ck_assert_int_eq(date_seconds(&date), seconds);
	}
}
END_TEST

START_TEST(what_is_no_date_is_none)
{
	static const struct date none[] = {
		{1969, 12, 31, 23, 59, 59}, {10000, 1, 1, 0, 0, 0}, {2026, 0, 1, 0, 0, 0},
		{2026, 13, 1, 0, 0, 0},     {2026, 1, 0, 0, 0, 0},  {2026, 1, 32, 0, 0, 0},
		{2026, 2, 29, 0, 0, 0},     {2100, 2, 29, 0, 0, 0}, {2026, 4, 31, 0, 0, 0},
		{2026, 1, 1, 24, 0, 0},     {2026, 1, 1, 0, 60, 0}, {2026, 1, 1, 0, 0, 60},
	};
	static const struct date leap = {2000, 2, 29, 23, 59, 59};

	for (unsigned i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert(!date_valid(&none[i]));
	ck_assert(date_valid(&leap));
}
END_TEST

START_TEST(registers_count_in_four_ways)
{
	show(0x02, 0x20, 0x26, 0x12, 0x31, 0x23, 0x59, 0x58);
	expect(&evening);
	show(0x06, 20, 26, 12, 31, 23, 59, 58);
	expect(&evening);
	show(0x00, 0x20, 0x26, 0x12, 0x31, 0x80 | 0x11, 0x59, 0x58);
	expect(&evening);
	show(0x04, 20, 26, 12, 31, 0x80 | 11, 59, 58);
	expect(&evening);
}
END_TEST

START_TEST(noon_and_midnight_are_twelve)
{
	struct date date = {2026, 1, 1, 12, 0, 0};

	show(0x04, 20, 26, 1, 1, 0x80 | 12, 0, 0);
	expect(&date);
	date.hours = 0;
	show(0x04, 20, 26, 1, 1, 12, 0, 0);
	expect(&date);
}
END_TEST

START_TEST(an_update_is_waited_for_and_what_changes_is_read_again)
{
	struct date date = {2026, 1, 1, 0, 0, 3};

	show(0x06, 20, 26, 1, 1, 0, 0, 1);
	device.updates = 5;
	device.changes = 2;
	expect(&date);
}
END_TEST

START_TEST(a_clock_that_shows_no_time_is_refused)
{
	struct date date;

	show(0x06, 20, 26, 13, 1, 0, 0, 0);
	ck_assert_int_eq(cmos_read(NULL, &date), ERR_NOT_NOW);
	show(0x06, 20, 26, 1, 1, 0, 0, 0);
	device.updates = UINT32_MAX;
	ck_assert_int_eq(cmos_read(NULL, &date), ERR_NOT_NOW);
}
END_TEST

int main(void)
{
	SRunner *runner;
	Suite *suite = suite_create("rtc");
	TCase *tests = tcase_create("date");
	int failed;

	tcase_add_test(tests, each_day_is_that_of_the_c_library);
	tcase_add_test(tests, what_is_no_date_is_none);
	tcase_add_test(tests, registers_count_in_four_ways);
	tcase_add_test(tests, noon_and_midnight_are_twelve);
	tcase_add_test(tests, an_update_is_waited_for_and_what_changes_is_read_again);
	tcase_add_test(tests, a_clock_that_shows_no_time_is_refused);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
