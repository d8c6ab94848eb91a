/* SPDX-License-Identifier: MIT */
#include "console.h"

#include <abi/event.h>

#include "x86_64/cpu.h"

enum { UART_DATA, UART_INTERRUPTS, UART_FIFO, UART_LINE, UART_MODEM, UART_STATUS };
enum { UART_EMPTY = 0x20 };

static void uart_init(uint16_t port)
{
	out8(port + UART_INTERRUPTS, 0);
	out8(port + UART_LINE, 0x80); /* divisor: 115200 baud */
	out8(port + UART_DATA, 1);
	out8(port + UART_INTERRUPTS, 0);
	out8(port + UART_LINE, 0x03); /* 8 bits, no parity */
	out8(port + UART_FIFO, 0x07);
	out8(port + UART_MODEM, 0x0b); /* interrupts reach the controller */
}

static void uart_put(uint16_t port, char c)
{
	for (unsigned i = 0; i < 100000 && !(in8(port + UART_STATUS) & UART_EMPTY); i++)
		asm volatile("pause");
	out8(port + UART_DATA, (uint8_t)c);
}

void console_init(void)
{
	uart_init(CONSOLE_PORT);
	uart_init(EVENT_PORT);
}

bool console_offer(char c)
{
	if (!(in8(CONSOLE_PORT + UART_STATUS) & UART_EMPTY))
		return false;
	if (c == '\n')
		out8(CONSOLE_PORT + UART_DATA, '\r'); /* an empty queue has room for both */
	out8(CONSOLE_PORT + UART_DATA, (uint8_t)c);
	return true;
}

void console_write(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			uart_put(CONSOLE_PORT, '\r');
		uart_put(CONSOLE_PORT, *text);
	}
}

void event_write(const char *text)
{
	while (*text)
		uart_put(EVENT_PORT, *text++);
}

const char *number_text(uint64_t value, unsigned base, char buffer[NUMBER_TEXT_MAX])
{
	char *at = buffer + NUMBER_TEXT_MAX - 1;

	*at = '\0';
	do
		*--at = "0123456789abcdef"[value % base];
	while ((value /= base) > 0);
	return at;
}
