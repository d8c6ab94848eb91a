/* SPDX-License-Identifier: MIT */
#include "irq.h"

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
	list_remove(&irq->fired.of_notification);
	lines[irq->line] = NULL;
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
	if (irq)
		(void)signal_source_signal(&irq->fired);
}

bool irq_any_unmasked(uint32_t except)
{
	return unmasked & ~except;
}
