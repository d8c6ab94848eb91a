/* SPDX-License-Identifier: MIT */
/*
 * IO_PORT test: reads the date from the real-time clock through its two ports,
 * and tries to get, and to reach, what is not for it.
 */
#include <base/log.h>
#include <device/ports.h>
#include <test/check.h>

enum { RTC_PORTS = 0x70, RTC_INDEX = 0x70, RTC_DATA = 0x71, RTC_YEAR = 9, RTC_CENTURY = 0x32 };

struct test {
	struct check check;
	struct ports clock;
};

static void check_range(struct test *test, const char *what, uint16_t base, uint32_t count,
                        enum status wanted)
{
	struct ports ports;
	const enum status status = ports_open(test->check.env, base, count, &ports);

	check_status(&test->check, what, status, wanted);
	if (status == OK)
		ports_close(&ports);
}

static uint32_t read_clock(struct test *test, uint8_t index)
{
	uint32_t value = 0;

	test->check.failed += ports_write(&test->clock, RTC_INDEX, 1, index) != OK;
	test->check.failed += ports_read(&test->clock, RTC_DATA, 1, &value) != OK;
	return value;
}

/* The clock counts in decimal digits of four bits. */
static uint32_t decimal(uint32_t digits)
{
	return (digits >> 4) * 10 + (digits & 0xf);
}

static void check_reserved(struct test *test)
{
	const struct session_request nothing = {.service = "IO_PORT"};
	struct session session;

	check_status(&test->check, "no range", session_open(test->check.env, &nothing, &session),
	             ERR_BAD_ARG);
	check_range(test, "a range of no ports", RTC_PORTS, 0, ERR_BAD_ARG);
	check_range(test, "a range beyond the last port", 0xffff, 2, ERR_BAD_ARG);
	check_range(test, "a range that wraps", 1, UINT32_MAX, ERR_BAD_ARG);
	check_range(test, "the last port", 0xffff, 1, OK);
	check_range(test, "the console", 0x3f8, 1, ERR_DENIED);
	check_range(test, "the end of the event channel", 0x2ff, 4, ERR_DENIED);
	check_range(test, "what ends the machine", 0xf0, 8, ERR_DENIED);
	check_range(test, "the interrupt controller", 0x20, 1, ERR_DENIED);
	check_range(test, "everything", 0, 0x10000, ERR_DENIED);
}

static void check_ports(struct test *test)
{
	struct check *check = &test->check;
	uint32_t value;

	check_equal(check, "the year", decimal(read_clock(test, RTC_YEAR)), 26);
	check_equal(check, "the century", decimal(read_clock(test, RTC_CENTURY)), 20);
	check_status(check, "both ports at once", ports_read(&test->clock, RTC_INDEX, 2, &value),
	             OK);
	check_status(check, "the port before", ports_read(&test->clock, RTC_INDEX - 1, 1, &value),
	             ERR_BAD_ARG);
	check_status(check, "the port behind", ports_write(&test->clock, RTC_DATA + 1, 1, 0),
	             ERR_BAD_ARG);
	check_status(check, "two ports across the end",
	             ports_read(&test->clock, RTC_DATA, 2, &value), ERR_BAD_ARG);
	check_status(check, "four ports across the end",
	             ports_read(&test->clock, RTC_INDEX, 4, &value), ERR_BAD_ARG);
	check_status(check, "three ports", ports_read(&test->clock, RTC_INDEX, 3, &value),
	             ERR_BAD_ARG);
	check_status(check, "no port", ports_read(&test->clock, RTC_INDEX, 0, &value), ERR_BAD_ARG);
}

int component_main(struct env *env)
{
	struct test test = {.check = {.env = env}};
	uint32_t value;

	check_reserved(&test);
	if (!check_status(&test.check, "the clock's ports",
	                  ports_open(env, RTC_PORTS, 2, &test.clock), OK))
		return 2;
	check_ports(&test);
	check_range(&test, "one of them twice", RTC_DATA, 1, ERR_DENIED);
	check_range(&test, "a range around them", RTC_PORTS - 2, 8, ERR_DENIED);
	check_range(&test, "the range behind them", RTC_PORTS + 2, 4, OK);
	session_close(env, &test.clock.session);
	check_status(&test.check, "reading when the session is closed",
	             ports_read(&test.clock, RTC_DATA, 1, &value), ERR_GONE);
	check_range(&test, "the clock's ports again", RTC_PORTS, 2, OK);
	return check_result(&test.check);
}
