/* SPDX-License-Identifier: MIT */
/*
 * IO_PORT test: reads the date from the real-time clock through its two ports,
 * and tries to get, and to reach, what is not for it.
 */
#include <base/log.h>
#include <io_port_session/client.h>
#include <kernel/client.h>
#include <test/check.h>

enum { RTC_PORTS = 0x70, RTC_INDEX = 0x70, RTC_DATA = 0x71, RTC_YEAR = 9, RTC_CENTURY = 0x32 };
enum { ARGS_SIZE = 64 };

struct test {
	struct check check;
	cap_t ports;
};

static enum status open(struct test *test, uint16_t base, uint32_t count,
                        struct session *out_session)
{
	const struct io_port_args args = {.base = base, .count = count};
	_Alignas(8) char segment[ARGS_SIZE];
	uint32_t size;
	const enum status status = io_port_args_encode(&args, segment, sizeof(segment), &size);
	const struct session_request request = {
		.service = "IO_PORT", .args = segment, .args_size = size};

	return status == OK ? session_open(test->check.env, &request, out_session) : status;
}

static void check_range(struct test *test, const char *what, uint16_t base, uint32_t count,
                        enum status wanted)
{
	struct session session;
	const enum status status = open(test, base, count, &session);

	check_status(&test->check, what, status, wanted);
	if (status == OK)
		session_close(test->check.env, &session);
}

static enum status in(struct test *test, uint16_t port, uint8_t width, uint32_t *out_value)
{
	const struct io_ports_read_params params = {.port = port, .width = width};
	struct io_ports_read_results results;
	const enum status status =
		io_ports_read(&test->check.env->ipc, test->ports, &params, &results);

	if (status == OK)
		*out_value = results.value;
	return status;
}

static enum status out(struct test *test, uint16_t port, uint8_t width, uint32_t value)
{
	const struct io_ports_write_params params = {.port = port, .width = width, .value = value};

	return io_ports_write(&test->check.env->ipc, test->ports, &params);
}

static uint32_t read_clock(struct test *test, uint8_t index)
{
	uint32_t value = 0;

	test->check.failed += out(test, RTC_INDEX, 1, index) != OK;
	test->check.failed += in(test, RTC_DATA, 1, &value) != OK;
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
	check_status(check, "both ports at once", in(test, RTC_INDEX, 2, &value), OK);
	check_status(check, "the port before", in(test, RTC_INDEX - 1, 1, &value), ERR_BAD_ARG);
	check_status(check, "the port behind", out(test, RTC_DATA + 1, 1, 0), ERR_BAD_ARG);
	check_status(check, "two ports across the end", in(test, RTC_DATA, 2, &value), ERR_BAD_ARG);
	check_status(check, "four ports across the end", in(test, RTC_INDEX, 4, &value),
	             ERR_BAD_ARG);
	check_status(check, "three ports", in(test, RTC_INDEX, 3, &value), ERR_BAD_ARG);
	check_status(check, "no port", in(test, RTC_INDEX, 0, &value), ERR_BAD_ARG);
}

int component_main(struct env *env)
{
	struct test test = {.check = {.env = env}};
	struct io_port_ports_results results;
	struct session clock;
	uint32_t value;

	check_reserved(&test);
	if (!check_status(&test.check, "the clock's ports", open(&test, RTC_PORTS, 2, &clock),
	                  OK) ||
	    !check_status(&test.check, "their capability",
	                  io_port_ports(&env->ipc, clock.cap, &results), OK))
		return 2;
	test.ports = results.ports;
	check_ports(&test);
	check_range(&test, "one of them twice", RTC_DATA, 1, ERR_DENIED);
	check_range(&test, "a range around them", RTC_PORTS - 2, 8, ERR_DENIED);
	check_range(&test, "the range behind them", RTC_PORTS + 2, 4, OK);
	session_close(env, &clock);
	check_status(&test.check, "reading when the session is closed",
	             in(&test, RTC_DATA, 1, &value), ERR_GONE);
	check_range(&test, "the clock's ports again", RTC_PORTS, 2, OK);
	return check_result(&test.check);
}
