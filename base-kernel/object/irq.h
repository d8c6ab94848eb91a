/* SPDX-License-Identifier: MIT */
/*
 * Irq: one interrupt line. It is masked when made and after each interrupt,
 * until it is acknowledged; each interrupt is one signal.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "notification.h"
#include "object.h"

struct irq {
	struct object object;
	unsigned line;
	struct signal_source fired;
};

/* ERR_BAD_ARG: no such line; ERR_NOT_NOW: the line is taken. */
enum status irq_init(struct irq *irq, unsigned line);
void irq_fini(struct irq *irq);
void irq_acknowledge(struct irq *irq);
/* The line has fired. */
void irq_raise(unsigned line);
/* Whether any line but those in `except` (bit: number) could still wake somebody. */
bool irq_any_unmasked(uint32_t except);
