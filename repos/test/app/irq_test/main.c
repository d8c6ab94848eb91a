/* SPDX-License-Identifier: MIT */
/*
 * IRQ test: the real-time clock's periodic interrupt, counted; a line that is
 * not acknowledged stays silent, one that is held can't be had twice.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <device/interrupt.h>
#include <device/ports.h>
#include <test/check.h>

enum { LINE = 8, LINE_OF_CORE = 3, LINES = 24, WANTED = 10 };
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
	struct interrupt interrupt;
	struct ports ports;
	uint32_t count;
	bool acknowledge, silent;
	uint64_t first, last; /* ns since boot */
};

static void check_line(struct test *test, const char *what, uint8_t line, enum status wanted)
{
	struct interrupt interrupt;
	const enum status status = interrupt_open(test->check.env, line, &interrupt);

	check_status(&test->check, what, status, wanted);
	if (status == OK)
		interrupt_close(&interrupt);
}

/* ---- the clock ---- */

static void out(struct test *test, uint16_t port, uint8_t value)
{
	test->check.failed += ports_write(&test->ports, port, 1, value) != OK;
}

static uint8_t clock_read(struct test *test, uint8_t index)
{
	uint32_t value = 0;

	out(test, RTC_INDEX, index);
	test->check.failed += ports_read(&test->ports, RTC_DATA, 1, &value) != OK;
	return (uint8_t)value;
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
	test->check.failed += interrupt_acknowledge(&test->interrupt) != OK;
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

int component_main(struct env *env)
{
	static struct test test = {.handler = {.run = raised}, .silence = {.run = silence}};
	const struct session_request nothing = {.service = "IRQ"};
	struct check *check = &test.check;
	struct signal_handler no_signal = {.signal = env->parent};
	struct interrupt *interrupt = &test.interrupt;
	struct session session;

	check->env = env;
	if (entrypoint_init(&test.entrypoint, env, 1) != OK ||
	    entrypoint_add_signal(&test.entrypoint, &test.handler) != OK ||
	    ports_open(env, RTC_INDEX, 2, &test.ports) != OK)
		return 2;
	check_status(check, "no line", session_open(env, &nothing, &session), ERR_BAD_ARG);
	check_line(&test, "a line that is none", LINES, ERR_BAD_ARG);
	check_line(&test, "a line of core's", LINE_OF_CORE, ERR_DENIED);
	check_line(&test, "the last line", LINES - 1, OK);
	if (!check_status(check, "the clock's line", interrupt_open(env, LINE, interrupt), OK))
		return 2;
	check_line(&test, "the same line twice", LINE, ERR_DENIED);
	check_status(check, "binding it to what is no signal",
	             interrupt_bind(interrupt, &no_signal), ERR_BAD_CAP);
	check_status(check, "binding it to a signal", interrupt_bind(interrupt, &test.handler), OK);
	check_interrupts(&test);
	session_close(env, &interrupt->session);
	check_status(check, "binding it when the session is closed",
	             interrupt_bind(interrupt, &test.handler), ERR_GONE);
	check_line(&test, "the line again", LINE, OK);
	return check_result(check);
}
