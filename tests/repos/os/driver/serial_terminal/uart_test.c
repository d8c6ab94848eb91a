/* SPDX-License-Identifier: MIT */
/*
 * The driver against a device that is a few numbers: queues, a status, and an interrupt line.
 */
#include <check.h>
#include <serial_terminal/uart.h>
#include <string.h>

enum { BASE = 0x3e8, DATA = 0, INTERRUPTS = 1, REASON = 2, STATUS = 5, FIFO_BYTES = 16 };

static struct {
	uint8_t interrupts;
	const char *typed; /* that the driver has not read yet */
	size_t takes;      /* bytes that it sends before it is busy */
	char sent[3 * BYTE_QUEUE_MAX];
	size_t sent_count;
	bool stuck; /* its interrupt never ends */
	unsigned reads;
} device;

static struct uart uart;

enum status ports_write(const struct ports *ports, uint16_t port, uint8_t width, uint32_t value)
{
	(void)ports;
	ck_assert_uint_eq(width, 1);
	ck_assert_uint_ge(port, BASE);
	ck_assert_uint_lt(port, BASE + UART_PORTS);
	if (port == BASE + INTERRUPTS)
		device.interrupts = (uint8_t)value;
	if (port == BASE + DATA && device.takes > 0) {
		device.sent[device.sent_count++] = (char)value;
		device.takes--;
	}
	return OK;
}

/* Takes FIFO_BYTES at once or nothing. */
static bool empty(void)
{
	return device.takes >= FIFO_BYTES;
}

static bool raised(void)
{
	return device.stuck || (device.interrupts & 1 && *device.typed) ||
	       (device.interrupts & 2 && empty());
}

enum status ports_read(const struct ports *ports, uint16_t port, uint8_t width, uint32_t *out_value)
{
	(void)ports;
	ck_assert_uint_eq(width, 1);
	device.reads++;
	switch (port - BASE) {
	case DATA: *out_value = (uint8_t)*device.typed++; break;
	case REASON: *out_value = !raised(); break;
	case STATUS: *out_value = (*device.typed ? 1u : 0) | (empty() ? 0x20u : 0); break;
	default: *out_value = 0;
	}
	return OK;
}

static void setup(void)
{
	memset(&device, 0, sizeof(device));
	memset(&uart, 0, sizeof(uart));
	device.typed = "";
	uart_init(&uart, BASE);
}

START_TEST(what_is_typed_is_received_in_order)
{
	uint8_t bytes[8];

	device.typed = "hello";
	uart_move(&uart);
	ck_assert_uint_eq(byte_queue_take_some(&uart.received, bytes, sizeof(bytes)), 5);
	ck_assert_mem_eq(bytes, "hello", 5);
	ck_assert_uint_eq(device.interrupts, 1);
}
END_TEST

START_TEST(what_has_no_room_stays_in_the_device)
{
	static char much[BYTE_QUEUE_MAX + 11];
	uint8_t byte;

	memset(much, 'x', BYTE_QUEUE_MAX + 10);
	device.typed = much;
	uart_move(&uart);
	ck_assert_uint_eq(byte_queue_room(&uart.received), 0);
	ck_assert_uint_eq(strlen(device.typed), 10);
	ck_assert_uint_eq(device.interrupts, 0); /* it would have no end */

	ck_assert_uint_eq(byte_queue_take_some(&uart.received, &byte, 1), 1);
	uart_move(&uart);
	ck_assert_uint_eq(strlen(device.typed), 9);
}
END_TEST

START_TEST(what_the_device_does_not_take_waits_for_its_interrupt)
{
	static uint8_t text[100];

	for (uint8_t i = 0; i < sizeof(text); i++)
		text[i] = i;
	device.takes = 2 * FIFO_BYTES;
	ck_assert_uint_eq(byte_queue_put_some(&uart.unsent, text, sizeof(text)), sizeof(text));
	uart_move(&uart);
	ck_assert_uint_eq(device.sent_count, 2 * FIFO_BYTES);
	ck_assert_uint_eq(device.interrupts, 3);
	ck_assert(!raised());

	device.takes = 8 * FIFO_BYTES;
	ck_assert(raised());
	uart_move(&uart);
	ck_assert_uint_eq(device.sent_count, sizeof(text));
	ck_assert_mem_eq(device.sent, text, sizeof(text));
	ck_assert_uint_eq(device.interrupts, 1);
	ck_assert(!raised());
}
END_TEST

START_TEST(a_queue_takes_what_it_has_room_for)
{
	static uint8_t text[BYTE_QUEUE_MAX + 1], back[BYTE_QUEUE_MAX];

	for (unsigned i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 7);
	for (unsigned round = 0; round < 3; round++) {
		ck_assert_uint_eq(byte_queue_put_some(&uart.unsent, text, 1000), 1000);
		ck_assert_uint_eq(byte_queue_take_some(&uart.unsent, back, BYTE_QUEUE_MAX), 1000);
	}
	ck_assert_uint_eq(byte_queue_put_some(&uart.unsent, text, sizeof(text)), BYTE_QUEUE_MAX);
	ck_assert_uint_eq(byte_queue_put_some(&uart.unsent, text, 1), 0);
	ck_assert_uint_eq(byte_queue_take_some(&uart.unsent, back, sizeof(back)), sizeof(back));
	ck_assert_mem_eq(back, text, sizeof(back));
	ck_assert_uint_eq(byte_queue_take_some(&uart.unsent, back, 1), 0);
}
END_TEST

START_TEST(a_device_whose_interrupt_never_ends_is_given_up)
{
	device.stuck = true;
	uart_move(&uart);
	ck_assert_uint_lt(device.reads, 10 * BYTE_QUEUE_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("serial_terminal");
	TCase *tests = tcase_create("all");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, what_is_typed_is_received_in_order);
	tcase_add_test(tests, what_has_no_room_stays_in_the_device);
	tcase_add_test(tests, what_the_device_does_not_take_waits_for_its_interrupt);
	tcase_add_test(tests, a_queue_takes_what_it_has_room_for);
	tcase_add_test(tests, a_device_whose_interrupt_never_ends_is_given_up);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);

	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
