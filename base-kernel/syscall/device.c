/* SPDX-License-Identifier: MIT */
/*
 * Ring, Irq, IoPorts, and the Platform that makes device objects.
 */
#include "boot/console.h"
#include "boot/machine.h"
#include "invocation.h"
#include "object/io_ports.h"
#include "object/irq.h"
#include "object/memory_object.h"
#include "object/ring.h"
#include "x86_64/clock.h"
#include "x86_64/cpu.h"

static enum status ring_query(struct invocation *in)
{
	const struct ring *ring = (const struct ring *)in->object;
	const struct ring_info_results results = {.entries = ring->entries,
	                                          .buffers = ring->buffers};

	ring_info_results_pack(&results, in->words, in->caps);
	in->word_count = RING_INFO_RESULTS_WORDS;
	return OK;
}

static invocation_method *const ring_list[] = {[RING_INFO] = ring_query};

const struct method_table ring_methods = {RING_INTERFACE, 1, ring_list};

static enum status bind(struct invocation *in)
{
	struct irq_bind_params params;
	struct notification *notification;
	uint64_t bits;

	irq_bind_params_unpack(in->words, in->caps, &params);

	const enum status status = invocation_signal(in, params.signal, &notification, &bits);

	if (status == OK)
		signal_source_bind(&((struct irq *)in->object)->fired, notification, bits);
	return status;
}

static enum status acknowledge(struct invocation *in)
{
	irq_acknowledge((struct irq *)in->object);
	return OK;
}

static invocation_method *const irq_list[] = {[IRQ_BIND] = bind, [IRQ_ACKNOWLEDGE] = acknowledge};

const struct method_table irq_methods = {IRQ_INTERFACE, 2, irq_list};

static enum status port_read(struct invocation *in)
{
	struct io_ports_read_params params;

	io_ports_read_params_unpack(in->words, in->caps, &params);
	if (!io_ports_cover((const struct io_ports *)in->object, params.port, params.width))
		return ERR_BAD_ARG;
	in->words[0] = params.width == 1   ? in8(params.port)
	               : params.width == 2 ? in16(params.port)
	                                   : in32(params.port);
	in->word_count = IO_PORTS_READ_RESULTS_WORDS;
	return OK;
}

static enum status port_write(struct invocation *in)
{
	struct io_ports_write_params params;

	io_ports_write_params_unpack(in->words, in->caps, &params);
	if (!io_ports_cover((const struct io_ports *)in->object, params.port, params.width))
		return ERR_BAD_ARG;
	if (params.width == 1)
		out8(params.port, (uint8_t)params.value);
	else if (params.width == 2)
		out16(params.port, (uint16_t)params.value);
	else
		out32(params.port, params.value);
	return OK;
}

static invocation_method *const io_ports_list[] = {
	[IO_PORTS_READ] = port_read, [IO_PORTS_WRITE] = port_write};

const struct method_table io_ports_methods = {IO_PORTS_INTERFACE, 2, io_ports_list};

/* ---- the platform ---- */

#define LOW_MEMORY_END (1ul << 32) /* what a 32-bit device can address */

static enum status create_irq(struct invocation *in)
{
	struct platform_create_irq_params params;
	struct creation creation;

	platform_create_irq_params_unpack(in->words, in->caps, &params);

	const enum status status = creation_begin_paid(&creation, in, params.account, OBJECT_IRQ);

	if (status != OK)
		return status;
	return creation_conclude(&creation, in,
	                         irq_init((struct irq *)creation.object, params.line));
}

static enum status create_io_ports(struct invocation *in)
{
	struct platform_create_io_ports_params params;
	struct creation creation;

	platform_create_io_ports_params_unpack(in->words, in->caps, &params);
	if (params.count == 0 || (uint64_t)params.base + params.count > 0x10000)
		return ERR_BAD_ARG;

	const enum status status =
		creation_begin_paid(&creation, in, params.account, OBJECT_IO_PORTS);

	if (status != OK)
		return status;
	((struct io_ports *)creation.object)->base = params.base;
	((struct io_ports *)creation.object)->count = params.count;
	return creation_conclude(&creation, in, OK);
}

static enum status create_device_memory(struct invocation *in)
{
	struct platform_create_device_memory_params params;

	platform_create_device_memory_params_unpack(in->words, in->caps, &params);
	if ((params.address | params.size) & (PAGE_SIZE - 1) || params.size == 0 ||
	    params.address + params.size < params.address ||
	    params.address + params.size > 1ul << 52)
		return ERR_BAD_ARG;
	if (machine_has_ram(params.address, params.size))
		return ERR_DENIED;

	struct creation creation;
	const enum status status =
		creation_begin_paid(&creation, in, params.account, OBJECT_MEMORY);

	if (status != OK)
		return status;

	struct memory_object *memory = (struct memory_object *)creation.object;

	memory_object_init_range(memory, MEMORY_DEVICE, params.address, params.size);
	memory->combined = params.write_combined;
	return creation_conclude(&creation, in, OK);
}

static enum status create_contiguous(struct invocation *in)
{
	struct platform_create_contiguous_params params;
	struct creation creation;

	platform_create_contiguous_params_unpack(in->words, in->caps, &params);
	if (params.size == 0 || params.size > MEMORY_OBJECT_BYTES_MAX)
		return ERR_BAD_ARG;

	enum status status = creation_begin_paid(&creation, in, params.account, OBJECT_MEMORY);

	if (status != OK)
		return status;

	struct memory_object *memory = (struct memory_object *)creation.object;

	status = memory_object_init_contiguous(memory, params.size,
	                                       params.low ? LOW_MEMORY_END : UINT64_MAX);
	status = creation_conclude(&creation, in, status);
	if (status != OK)
		return status;
	in->words[0] = memory->base;
	in->word_count = PLATFORM_CREATE_CONTIGUOUS_RESULTS_WORDS;
	return OK;
}

static enum status create_boot_memory(struct invocation *in)
{
	struct platform_create_boot_memory_params params;
	const struct memory_range archive = machine.archive;

	platform_create_boot_memory_params_unpack(in->words, in->caps, &params);
	if ((params.offset | params.size) & (PAGE_SIZE - 1) || params.size == 0 ||
	    params.offset > archive.end - archive.start ||
	    params.size > archive.end - archive.start - params.offset)
		return ERR_BAD_ARG;

	struct creation creation;
	const enum status status =
		creation_begin_paid(&creation, in, params.account, OBJECT_MEMORY);

	if (status != OK)
		return status;
	memory_object_init_range((struct memory_object *)creation.object, MEMORY_BOOT,
	                         archive.start + params.offset, params.size);
	creation.facet = READ_ONLY_INTERFACE;
	return creation_conclude(&creation, in, OK);
}

static enum status audit(struct invocation *in)
{
	struct platform_audit_results results = {0};

	machine_audit(&results);
	platform_audit_results_pack(&results, in->words, in->caps);
	in->word_count = PLATFORM_AUDIT_RESULTS_WORDS;
	return OK;
}

static enum status print(struct invocation *in)
{
	struct platform_print_params params;
	struct platform_print_results results = {0};
	const uint64_t *text = &in->words[1];

	platform_print_params_unpack(in->words, in->caps, &params);
	if (params.count > 48)
		return ERR_BAD_ARG;
	for (unsigned i = 0; i < params.count; i++) {
		if (!console_offer((char)(text[i / 8] >> (i % 8 * 8))))
			break;
		results.printed++;
	}
	platform_print_results_pack(&results, in->words, in->caps);
	in->word_count = PLATFORM_PRINT_RESULTS_WORDS;
	return OK;
}

static enum status information(struct invocation *in)
{
	const struct platform_information_results results = {
		.archive_size = machine.archive.end - machine.archive.start,
		.tsc_hz = clock_tsc_hz(),
		.ram_total = machine.ram_total,
		.entry_ticks = machine.entry_ticks,
	};

	platform_information_results_pack(&results, in->words, in->caps);
	in->word_count = PLATFORM_INFORMATION_RESULTS_WORDS;
	return OK;
}

static invocation_method *const platform_list[] = {
	[PLATFORM_CREATE_IRQ] = create_irq,
	[PLATFORM_CREATE_IO_PORTS] = create_io_ports,
	[PLATFORM_CREATE_DEVICE_MEMORY] = create_device_memory,
	[PLATFORM_CREATE_BOOT_MEMORY] = create_boot_memory,
	[PLATFORM_AUDIT] = audit,
	[PLATFORM_PRINT] = print,
	[PLATFORM_INFORMATION] = information,
	[PLATFORM_CREATE_CONTIGUOUS] = create_contiguous,
};

METHOD_TABLE(platform, PLATFORM);
