/* SPDX-License-Identifier: MIT */
#include "irq.h"

#include "notification.h"
#include "x86_64/interrupt.h"

static struct irq *lines[INTERRUPT_LINES]; /* whose object the line is */
static uint32_t unmasked;

enum status irq_init(struct irq *irq, unsigned line)
{
	if (line >= INTERRUPT_LINES)
		return ERR_BAD_ARG;
	if (lines[line])
		return ERR_NOT_NOW;
	irq->line = line;
	lines[line] = irq;
	return OK;
}

static void mask(unsigned line)
{
	interrupt_mask(line);
	unmasked &= ~(1u << line);
}

void irq_fini(struct irq *irq)
{
	mask(irq->line);
	list_remove(&irq->of_notification);
	lines[irq->line] = NULL;
}

void irq_bind(struct irq *irq, struct notification *notification, uint64_t bits)
{
	list_remove(&irq->of_notification);
	irq->notification = notification;
	irq->bits = bits;
	list_append(&notification->watched, &irq->of_notification);
}

void irq_acknowledge(struct irq *irq)
{
	unmasked |= 1u << irq->line;
	interrupt_unmask(irq->line);
}

void irq_raise(unsigned line)
{
	struct irq *irq = lines[line];

	mask(line);
	if (irq && list_linked(&irq->of_notification))
		notification_signal(irq->notification, irq->bits);
}

bool irq_any_unmasked(unsigned except)
{
	return unmasked & ~(1u << except);
}
