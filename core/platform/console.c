/* SPDX-License-Identifier: MIT */
/*
 * The console for people, and the event channel for the test driver: lines of
 * text over the second serial port, read by interrupt.
 */
#include <abi/event.h>
#include <base/log.h>
#include <kernel/client.h>
#include <string.h>

#include "platform/platform.h"

enum {
	PRINT_BYTES = 48,
	UART_DATA = 0,
	UART_INTERRUPTS = 1,
	UART_STATUS = 5,
	UART_RECEIVED = 1,
	UART_EMPTY = 0x20
};
enum { UART_FIFO_BYTES = 16, UART_TRIES_MAX = 1000000 };

static struct { /* the one second serial port */
	struct core *core;
	struct signal_handler handler;
	cap_t ports, irq;
	char line[EVENT_LINE_MAX];
	size_t used;
} channel;

void console_print(struct core *core, const char *text, size_t size)
{
	unsigned patience = UART_TRIES_MAX; /* with a console that takes nothing */

	while (size > 0 && patience > 0) {
		const size_t part = size < PRINT_BYTES ? size : PRINT_BYTES;
		struct message message = {.word_count = 1 + (uint8_t)((part + 7) / 8)};

		message.words[0] = part;
		memcpy((char *)&message.words[1], text, part);
		/* What can't be printed can't be reported either. */
		if (ipc_call(&core->env.ipc, core->platform, PLATFORM_INTERFACE, PLATFORM_PRINT,
		             &message) != OK)
			return;
		patience = message.words[0] > 0 ? UART_TRIES_MAX : patience - 1;
		text += message.words[0];
		size -= message.words[0];
	}
}

static uint8_t port_read(unsigned at)
{
	const struct io_ports_read_params params = {.port = (uint16_t)(EVENT_PORT + at),
	                                            .width = 1};
	struct io_ports_read_results results = {0};

	/* The ports are core's own: there is nothing to refuse. */
	(void)io_ports_read(&channel.core->env.ipc, channel.ports, &params, &results);
	return (uint8_t)results.value;
}

static void port_write(unsigned at, uint8_t value)
{
	const struct io_ports_write_params params = {
		.port = (uint16_t)(EVENT_PORT + at), .width = 1, .value = value};

	(void)io_ports_write(&channel.core->env.ipc, channel.ports, &params); /* as above */
}

/* Who reads may be slower than who writes; one that does not read at all is not waited for. */
static void wait_for_room(void)
{
	for (unsigned i = 0; i < UART_TRIES_MAX && !(port_read(UART_STATUS) & UART_EMPTY); i++)
		continue;
}

void event_channel_write(const char *text)
{
	for (unsigned i = 0; text[i]; i++) {
		if (i % UART_FIFO_BYTES == 0)
			wait_for_room();
		port_write(UART_DATA, (uint8_t)text[i]);
	}
}

static void tell_asked(unsigned count)
{
	char text[32];

	text_format(text, sizeof(text), "asked %u\n", count);
	event_channel_write(text);
}

static void obey(void)
{
	static const char inject[] = "inject ";

	channel.line[channel.used] = '\0';
	channel.used = 0;
	if (strcmp(channel.line, "finish") == 0)
		core_finish(channel.core);
	else if (strcmp(channel.line, "sync") == 0)
		event_channel_write("synced\n");
	else if (strcmp(channel.line, "report") == 0)
		tell_asked(event_ask(channel.core));
	else if (memcmp(channel.line, inject, sizeof(inject) - 1) == 0)
		tell_asked(event_order(channel.core, channel.line + sizeof(inject) - 1));
}

/* Acknowledged first: what arrives from here on interrupts again. */
static void received(struct signal_handler *handler)
{
	(void)handler;
	(void)irq_acknowledge(&channel.core->env.ipc, channel.irq); /* it is there */
	while (port_read(UART_STATUS) & UART_RECEIVED) {
		const char c = (char)port_read(UART_DATA);

		if (c == '\n')
			obey();
		else if (channel.used + 1 < sizeof(channel.line))
			channel.line[channel.used++] = c;
	}
}

enum status event_channel_init(struct core *core)
{
	struct irq_bind_params bind;
	enum status status;

	channel.core = core;
	channel.handler.run = received;
	status = platform_io_ports(core, core->env.account, EVENT_PORT, 8, &channel.ports);
	if (status == OK)
		status = platform_irq(core, core->env.account, EVENT_IRQ, &channel.irq);
	if (status == OK)
		status = entrypoint_add_signal(&core->entrypoint, &channel.handler);
	if (status != OK)
		return status;
	bind = (struct irq_bind_params){.signal = channel.handler.signal};
	status = irq_bind(&core->env.ipc, channel.irq, &bind);
	if (status != OK)
		return status;
	port_write(UART_INTERRUPTS, 1);
	return irq_acknowledge(&core->env.ipc, channel.irq);
}
