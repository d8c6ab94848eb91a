/* SPDX-License-Identifier: MIT */
/*
 * An interrupt of the real-time clock, from where it falls into the work of a less urgent thread
 * to the first instruction of the one that waits for it.
 *
 * The clock: Motorola MC146818A data sheet; register A has the rate, B the enables, C the cause.
 */
#include <bench/raw.h>
#include <bench/samples.h>
#include <bench/thread.h>
#include <io_port_session/client.h>
#include <irq_session/client.h>
#include <kernel/client.h>

#include "suite.h"

enum { ROUNDS = 51, LINE = 8, ARGS_SIZE = 64 };
enum { CLOCK_INDEX = 0x70, CLOCK_DATA = 0x71, CLOCK_A = 0x0a, CLOCK_B = 0x0b, CLOCK_C = 0x0c };
enum { CLOCK_8192_HZ = 0x23, CLOCK_PERIODIC = 0x42 };

/* What raw_wait takes behind the mark before it has read the counter. */
enum { TICKS_BEHIND_MARK = 2 };

struct clock {
	struct env *env;
	struct session irq_session, port_session;
	cap_t irq, ports;
};

static enum status open_irq(struct clock *clock)
{
	const struct irq_args args = {.line = LINE};
	struct irq_session_irq_results results;
	_Alignas(8) char segment[ARGS_SIZE];
	uint32_t size;
	enum status status = irq_args_encode(&args, segment, sizeof(segment), &size);
	const struct session_request request = {
		.service = "IRQ", .args = segment, .args_size = size};

	if (status == OK)
		status = session_open(clock->env, &request, &clock->irq_session);
	if (status == OK)
		status = irq_session_irq(&clock->env->ipc, clock->irq_session.cap, &results);
	if (status == OK)
		clock->irq = results.irq;
	return status;
}

static enum status open_ports(struct clock *clock)
{
	const struct io_port_args args = {.base = CLOCK_INDEX, .count = 2};
	struct io_port_ports_results results;
	_Alignas(8) char segment[ARGS_SIZE];
	uint32_t size;
	enum status status = io_port_args_encode(&args, segment, sizeof(segment), &size);
	const struct session_request request = {
		.service = "IO_PORT", .args = segment, .args_size = size};

	if (status == OK)
		status = session_open(clock->env, &request, &clock->port_session);
	if (status == OK)
		status = io_port_ports(&clock->env->ipc, clock->port_session.cap, &results);
	if (status == OK)
		clock->ports = results.ports;
	return status;
}

static enum status port_write(struct clock *clock, uint16_t port, uint8_t value)
{
	const struct io_ports_write_params params = {.port = port, .width = 1, .value = value};

	return io_ports_write(&clock->env->ipc, clock->ports, &params);
}

static enum status clock_write(struct clock *clock, uint8_t index, uint8_t value)
{
	const enum status status = port_write(clock, CLOCK_INDEX, index);

	return status == OK ? port_write(clock, CLOCK_DATA, value) : status;
}

/* Has the device ready to raise its line again, and the line unmasked. */
static enum status acknowledge(struct clock *clock)
{
	const struct io_ports_read_params params = {.port = CLOCK_DATA, .width = 1};
	struct io_ports_read_results cause;
	enum status status = port_write(clock, CLOCK_INDEX, CLOCK_C);

	if (status == OK)
		status = io_ports_read(&clock->env->ipc, clock->ports, &params, &cause);
	return status == OK ? irq_acknowledge(&clock->env->ipc, clock->irq) : status;
}

/* Signals of the interrupt go to this thread. */
static enum status bind(struct clock *clock)
{
	struct ipc *ipc = &clock->env->ipc;
	const struct notification_bind_params here = {0};
	const struct notification_facet_params facet = {.account = clock->env->account, .bits = 1};
	struct charge_create_notification_results made;
	struct notification_facet_results results;
	enum status status = charge_create_notification(ipc, clock->env->account, &made);

	if (status == OK)
		status = notification_bind(ipc, made.notification, &here);
	if (status == OK)
		status = notification_facet(ipc, made.notification, &facet, &results);
	if (status != OK)
		return status;

	const struct irq_bind_params params = {.signal = results.signal};

	return irq_bind(ipc, clock->irq, &params);
}

static enum status spin(struct env *env, volatile uint32_t *stamp)
{
	static _Alignas(16) unsigned char stack[BENCH_STACK_BYTES];
	struct bench_thread thread = {.function = raw_spin,
	                              .argument = (void *)(uintptr_t)stamp,
	                              .stack = stack,
	                              .pages = 1};
	enum status status = bench_low_context(env, &thread.context);
	cap_t cap;

	return status == OK ? bench_thread_spawn(env, &thread, &cap) : status;
}

enum status irq_suite(struct env *env)
{
	static volatile uint32_t stamp; /* the spinning thread knows it */
	struct clock clock = {.env = env};
	struct samples samples = {0};
	enum status status = open_irq(&clock);

	if (status == OK)
		status = open_ports(&clock);
	if (status == OK)
		status = bind(&clock);
	if (status == OK)
		status = spin(env, &stamp);
	if (status == OK)
		status = clock_write(&clock, CLOCK_A, CLOCK_8192_HZ);
	if (status == OK)
		status = clock_write(&clock, CLOCK_B, CLOCK_PERIODIC);
	for (unsigned i = 0; i < ROUNDS && status == OK; i++) {
		status = acknowledge(&clock);
		const uint32_t ticks = (uint32_t)raw_wait() - stamp;
		samples_add(&samples, ticks - TICKS_BEHIND_MARK);
	}
	samples_report(&samples, env, "irq.user", 1);
	return status;
}
