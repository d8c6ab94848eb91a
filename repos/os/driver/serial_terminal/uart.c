/* SPDX-License-Identifier: MIT */
#include "uart.h"

enum { DATA = 0, INTERRUPTS = 1, REASON = 2, FIFO = 2, LINE = 3, MODEM = 4, STATUS = 5 };
enum { INTERRUPT_RECEIVED = 1, INTERRUPT_EMPTY = 2 };
enum { REASON_NONE = 1 };
enum { STATUS_RECEIVED = 0x01, STATUS_EMPTY = 0x20 };
enum { FIFO_BYTES = 16 };
enum { ROUNDS_MAX = 2 * BYTE_QUEUE_MAX }; /* with a device whose interrupt has no end */

static uint8_t get(const struct uart *uart, unsigned at)
{
	uint32_t value = 0;

	/* The ports are ours: there is nothing to refuse. */
	(void)ports_read(&uart->ports, (uint16_t)(uart->base + at), 1, &value);
	return (uint8_t)value;
}

static void put(const struct uart *uart, unsigned at, uint8_t value)
{
	(void)ports_write(&uart->ports, (uint16_t)(uart->base + at), 1, value); /* as above */
}

void uart_init(struct uart *uart, uint16_t base)
{
	uart->base = base;
	put(uart, INTERRUPTS, 0);
	put(uart, LINE, 0x80); /* divisor: 115200 baud */
	put(uart, DATA, 1);
	put(uart, INTERRUPTS, 0);
	put(uart, LINE, 0x03);  /* 8 bits, no parity */
	put(uart, FIFO, 0x01);  /* on, an interrupt for each byte; what was typed before is kept */
	put(uart, MODEM, 0x0b); /* interrupts reach the controller */
}

static void receive(struct uart *uart)
{
	while (byte_queue_room(&uart->received) > 0 && get(uart, STATUS) & STATUS_RECEIVED)
		byte_queue_put(&uart->received, get(uart, DATA));
}

static void send(struct uart *uart)
{
	while (uart->unsent.count > 0 && get(uart, STATUS) & STATUS_EMPTY)
		for (unsigned i = 0; i < FIFO_BYTES && uart->unsent.count > 0; i++)
			put(uart, DATA, byte_queue_take(&uart->unsent));
}

void uart_move(struct uart *uart)
{
	for (unsigned i = 0; i < ROUNDS_MAX; i++) {
		receive(uart);
		send(uart);
		put(uart, INTERRUPTS,
		    (byte_queue_room(&uart->received) > 0 ? INTERRUPT_RECEIVED : 0) |
		            (uart->unsent.count > 0 ? INTERRUPT_EMPTY : 0));
		if (get(uart, REASON) & REASON_NONE)
			return;
	}
}
