/* SPDX-License-Identifier: MIT */
/*
 * UART: a 16550, moved along by its interrupts.
 *
 * uart_move does all there is to do and is to be called after each interrupt, and after the queues
 * have changed: it receives as long as there is room, sends as long as the device takes it, and
 * leaves on the interrupts for what is left to do. At its end the device's interrupt line is low,
 * so that the next reason raises it.
 */
#pragma once

#include "byte_queue.h"

#include <device/ports.h>

enum { UART_PORTS = 8 };

struct uart {
	struct ports ports;
	uint16_t base;
	struct byte_queue received;
	struct byte_queue unsent;
};

/* `ports` are open. */
void uart_init(struct uart *uart, uint16_t base);
void uart_move(struct uart *uart);
