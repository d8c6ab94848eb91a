/* SPDX-License-Identifier: MIT */
/*
 * IRQ test: the real-time clock's periodic interrupt, counted; a line that is
 * not acknowledged stays silent, one that is held can't be had twice.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <io_port_session/client.h>
#include <irq_session/client.h>
#include <kernel/client.h>
#include <test/check.h>

enum { LINE = 8, LINE_OF_CORE = 3, LINES = 24, WANTED = 10, ARGS_SIZE = 64 };
#define NS_PER_MS 1000000ul
#define SILENCE   (20 * NS_PER_MS)

/* The clock (Motorola MC146818A data sheet): register A has the rate, B the enables, C the cause. */
enum { RTC_INDEX = 0x70, RTC_DATA = 0x71, RTC_A = 0x0a, RTC_B = 0x0b, RTC_C = 0x0c };
enum { RTC_RATE_1024_HZ = 6, RTC_RATE_MASK = 0xf, RTC_PERIODIC = 0x40 };

struct test {
	struct check check;
	struct entrypoint entrypoint;
	struct signal_handler handler;
	struct timeout silence;
	cap_t irq, ports;
	uint32_t count;
	bool acknowledge, silent;
	uint64_t first, last; /* ns since boot */
};

static enum status open(struct test *test, uint8_t line, struct session *out_session)
{
	const struct irq_args args = {.line = line};
	_Alignas(8) char segment[ARGS_SIZE];
	uint32_t size;
	const enum status status = irq_args_encode(&args, segment, sizeof(segment), &size);
	const struct session_request request = {
		.service = "IRQ", .args = segment, .args_size = size};

	return status == OK ? session_open(test->check.env, &request, out_session) : status;
}

static void check_line(struct test *test, const char *what, uint8_t line, enum status wanted)
{
	struct session session;
	const enum status status = open(test, line, &session);

	check_status(&test->check, what, status, wanted);
	if (status == OK)
		session_close(test->check.env, &session);
}

/* ---- the clock ---- */

static enum status open_ports(struct test *test)
{
	struct env *env = test->check.env;
	const struct io_port_args args = {.base = RTC_INDEX, .count = 2};
	_Alignas(8) char segment[ARGS_SIZE];
	struct io_port_ports_results results;
	struct session session;
	uint32_t size;
	enum status status = io_port_args_encode(&args, segment, sizeof(segment), &size);
	const struct session_request request = {
		.service = "IO_PORT", .args = segment, .args_size = size};

	if (status == OK)
		status = session_open(env, &request, &session);
	if (status == OK)
		status = io_port_ports(&env->ipc, session.cap, &results);
	if (status == OK)
		test->ports = results.ports;
	return status;
}

static void out(struct test *test, uint16_t port, uint8_t value)
{
	const struct io_ports_write_params params = {.port = port, .width = 1, .value = value};

	test->check.failed += io_ports_write(&test->check.env->ipc, test->ports, &params) != OK;
}

static uint8_t clock_read(struct test *test, uint8_t index)
{
	const struct io_ports_read_params params = {.port = RTC_DATA, .width = 1};
	struct io_ports_read_results results = {0};

	out(test, RTC_INDEX, index);
	test->check.failed +=
		io_ports_read(&test->check.env->ipc, test->ports, &params, &results) != OK;
	return (uint8_t)results.value;
}

static void clock_write(struct test *test, uint8_t index, uint8_t value)
{
	out(test, RTC_INDEX, index);
	out(test, RTC_DATA, value);
}

static void clock_start(struct test *test)
{
	const uint8_t a = clock_read(test, RTC_A) & (uint8_t)~RTC_RATE_MASK;

	clock_write(test, RTC_A, a | RTC_RATE_1024_HZ);
	clock_write(test, RTC_B, clock_read(test, RTC_B) | RTC_PERIODIC);
	(void)clock_read(test, RTC_C); /* takes back what was raised before */
}

static void clock_stop(struct test *test)
{
	clock_write(test, RTC_B, clock_read(test, RTC_B) & (uint8_t)~RTC_PERIODIC);
	(void)clock_read(test, RTC_C);
}

/* ---- the line ---- */

static void acknowledge(struct test *test)
{
	test->check.failed += irq_acknowledge(&test->check.env->ipc, test->irq) != OK;
}

static void raised(struct signal_handler *handler)
{
	struct test *test = (struct test *)((char *)handler - offsetof(struct test, handler));

	test->last = entrypoint_now(&test->entrypoint);
	if (test->count++ == 0)
		test->first = test->last;
	(void)clock_read(test, RTC_C); /* the device is ready to raise it again */
	if (test->acknowledge)
		acknowledge(test);
	if (test->acknowledge && test->count == WANTED)
		entrypoint_stop(&test->entrypoint);
}

static void silence(struct timeout *timeout)
{
	struct test *test = (struct test *)((char *)timeout - offsetof(struct test, silence));

	test->silent = true;
	entrypoint_stop(&test->entrypoint);
}

/* Serves until WANTED interrupts have come, or none any more for a while. */
static void wait(struct test *test, bool with_acknowledge)
{
	test->count = 0;
	test->silent = false;
	test->acknowledge = with_acknowledge;
	test->entrypoint.done = false;
	entrypoint_arm(&test->entrypoint, &test->silence,
	               entrypoint_now(&test->entrypoint) + SILENCE);
	entrypoint_run(&test->entrypoint);
	entrypoint_disarm(&test->entrypoint, &test->silence);
}

static void check_interrupts(struct test *test)
{
	struct check *check = &test->check;

	clock_start(test);
	wait(test, true);
	check_equal(check, "interrupts before the line is unmasked", test->count, 0);
	(void)clock_read(test, RTC_C);
	acknowledge(test);
	wait(test, true);
	check_equal(check, "interrupts, each acknowledged", test->count, WANTED);
	/* Where nothing else happens QEMU's counted clock jumps ahead, at times over one of them. */
	check_that(check, "a millisecond or two between them",
	           test->last - test->first > (WANTED - 1) * NS_PER_MS * 9 / 10 &&
	                   test->last - test->first < (WANTED - 1) * NS_PER_MS * 22 / 10);
	wait(test, false);
	check_equal(check, "interrupts, none acknowledged", test->count, 1);
	acknowledge(test);
	wait(test, true);
	check_equal(check, "interrupts after the acknowledgement", test->count, WANTED);
	clock_stop(test);
	wait(test, true);
	check_that(check, "silence when the device is off", test->silent && test->count <= 1);
}

static enum status bind(struct test *test, cap_t signal)
{
	const struct irq_bind_params params = {.signal = signal};

	return irq_bind(&test->check.env->ipc, test->irq, &params);
}

int component_main(struct env *env)
{
	static struct test test = {.handler = {.run = raised}, .silence = {.run = silence}};
	const struct session_request nothing = {.service = "IRQ"};
	struct check *check = &test.check;
	struct irq_session_irq_results results;
	struct session session;

	check->env = env;
	if (entrypoint_init(&test.entrypoint, env, 1) != OK ||
	    entrypoint_add_signal(&test.entrypoint, &test.handler) != OK || open_ports(&test) != OK)
		return 2;
	check_status(check, "no line", session_open(env, &nothing, &session), ERR_BAD_ARG);
	check_line(&test, "a line that is none", LINES, ERR_BAD_ARG);
	check_line(&test, "a line of core's", LINE_OF_CORE, ERR_DENIED);
	check_line(&test, "the last line", LINES - 1, OK);
	if (!check_status(check, "the clock's line", open(&test, LINE, &session), OK) ||
	    !check_status(check, "its interrupt", irq_session_irq(&env->ipc, session.cap, &results),
	                  OK))
		return 2;
	test.irq = results.irq;
	check_line(&test, "the same line twice", LINE, ERR_DENIED);
	check_status(check, "binding it to what is no signal", bind(&test, env->parent),
	             ERR_BAD_CAP);
	check_status(check, "binding it to a signal", bind(&test, test.handler.signal), OK);
	check_interrupts(&test);
	session_close(env, &session);
	check_status(check, "binding it when the session is closed",
	             bind(&test, test.handler.signal), ERR_GONE);
	check_line(&test, "the line again", LINE, OK);
	return check_result(check);
}
