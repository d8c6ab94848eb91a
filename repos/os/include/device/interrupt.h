/* SPDX-License-Identifier: MIT */
/*
 * Interrupt: an IRQ session, and the handler that its line runs.
 *
 * A line that has been raised is masked until it is acknowledged, and at first.
 */
#pragma once

#include <base/entrypoint.h>
#include <base/session.h>

struct interrupt {
	struct env *env;
	struct session session;
	cap_t cap; /* Irq */
};

/*
 * ERR_BAD_ARG: no such line; ERR_DENIED: somebody has it, or it is the kernel's; otherwise as
 * session_open.
 */
enum status interrupt_open(struct env *env, uint8_t line, struct interrupt *out_interrupt);
void interrupt_close(struct interrupt *interrupt);

/* `handler` has been added to an entrypoint. */
enum status interrupt_bind(const struct interrupt *interrupt, const struct signal_handler *handler);
enum status interrupt_acknowledge(const struct interrupt *interrupt);
