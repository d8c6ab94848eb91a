/* SPDX-License-Identifier: MIT */
#include <device/interrupt.h>
#include <irq_session/client.h>
#include <kernel/client.h>

enum { ARGS_SIZE = 64 };

enum status interrupt_open(struct env *env, uint8_t line, struct interrupt *out_interrupt)
{
	const struct irq_args args = {.line = line};
	_Alignas(8) char segment[ARGS_SIZE];
	uint32_t size;
	struct irq_session_irq_results results;
	enum status status = irq_args_encode(&args, segment, sizeof(segment), &size);
	const struct session_request request = {
		.service = "IRQ", .args = segment, .args_size = size};

	*out_interrupt = (struct interrupt){.env = env};
	if (status == OK)
		status = session_open(env, &request, &out_interrupt->session);
	if (status != OK)
		return status;
	status = irq_session_irq(&env->ipc, out_interrupt->session.cap, &results);
	if (status == OK)
		out_interrupt->cap = results.irq;
	else
		session_close(env, &out_interrupt->session);
	return status;
}

void interrupt_close(struct interrupt *interrupt)
{
	session_close(interrupt->env, &interrupt->session);
	ipc_drop(&interrupt->env->ipc, interrupt->cap);
}

enum status interrupt_bind(const struct interrupt *interrupt, const struct signal_handler *handler)
{
	const struct irq_bind_params params = {.signal = handler->signal};

	return irq_bind(&interrupt->env->ipc, interrupt->cap, &params);
}

enum status interrupt_acknowledge(const struct interrupt *interrupt)
{
	return irq_acknowledge(&interrupt->env->ipc, interrupt->cap);
}
