/* SPDX-License-Identifier: MIT */
#include "device.h"

#include <io_port_session/client.h>
#include <kernel/client.h>

enum {
	ARGS_SIZE = 64,
	BUS_PORT = 0xcf8,
	BUS_PORTS = 8,
	BUS_DATA = 0xcfc,
	BUS_DEVICES = 32,
	REGISTERS_PORT = 0x1ce,
	REGISTERS_PORTS = 4,
	REGISTERS_DATA = 0x1cf,
	CARD = 0x11111234, /* device and vendor */
	COMMAND = 0x04,
	COMMAND_MEMORY = 1 << 1,
	FIRST_RANGE = 0x10,
};

#define FREE_ADDRESS 0xe0000000u /* for a card that no firmware has given one */

/* Registers of the card, by index. */
enum { WIDTH = 1, HEIGHT = 2, DEPTH = 3, ENABLE = 4, BANK = 5 };

enum { ENABLED = 0x41 };

static bool open_ports(struct check *check, uint16_t base, uint32_t count, cap_t *out_ports)
{
	const struct io_port_args args = {.base = base, .count = count};
	_Alignas(8) char segment[ARGS_SIZE];
	struct io_port_ports_results results;
	struct session session;
	uint32_t size;
	enum status status = io_port_args_encode(&args, segment, sizeof(segment), &size);
	const struct session_request request = {
		.service = "IO_PORT", .args = segment, .args_size = size};

	if (status == OK)
		status = session_open(check->env, &request, &session);
	if (status == OK)
		status = io_port_ports(&check->env->ipc, session.cap, &results);
	if (status == OK)
		*out_ports = results.ports;
	return check_status(check, "ports of the card", status, OK);
}

bool device_init(struct device *device, struct check *check)
{
	*device = (struct device){.check = check};
	return open_ports(check, BUS_PORT, BUS_PORTS, &device->bus) &&
	       open_ports(check, REGISTERS_PORT, REGISTERS_PORTS, &device->registers);
}

static void out(struct device *device, cap_t ports, uint16_t port, uint8_t width, uint32_t value)
{
	const struct io_ports_write_params params = {.port = port, .width = width, .value = value};

	if (io_ports_write(&device->check->env->ipc, ports, &params) != OK)
		check_that(device->check, "a port is written", false);
}

static uint32_t read_bus(struct device *device, unsigned slot, unsigned offset)
{
	const struct io_ports_read_params params = {.port = BUS_DATA, .width = 4};
	struct io_ports_read_results results = {0};

	out(device, device->bus, BUS_PORT, 4, 1u << 31 | slot << 11 | offset);
	if (io_ports_read(&device->check->env->ipc, device->bus, &params, &results) != OK)
		check_that(device->check, "a port is read", false);
	return results.value;
}

static void write_bus(struct device *device, unsigned slot, unsigned offset, uint32_t value)
{
	out(device, device->bus, BUS_PORT, 4, 1u << 31 | slot << 11 | offset);
	out(device, device->bus, BUS_DATA, 4, value);
}

uint64_t device_find(struct device *device)
{
	unsigned slot = 0;

	while (slot < BUS_DEVICES && read_bus(device, slot, 0) != CARD)
		slot++;
	if (slot == BUS_DEVICES)
		return 0;
	if ((read_bus(device, slot, FIRST_RANGE) & ~0xfu) == 0)
		write_bus(device, slot, FIRST_RANGE, FREE_ADDRESS);
	write_bus(device, slot, COMMAND, read_bus(device, slot, COMMAND) | COMMAND_MEMORY);
	return read_bus(device, slot, FIRST_RANGE) & ~0xfu;
}

static void set(struct device *device, uint16_t index, uint16_t value)
{
	out(device, device->registers, REGISTERS_PORT, 2, index);
	out(device, device->registers, REGISTERS_DATA, 2, value);
}

void device_set_mode(struct device *device)
{
	set(device, ENABLE, 0);
	set(device, WIDTH, DEVICE_WIDTH);
	set(device, HEIGHT, DEVICE_HEIGHT);
	set(device, DEPTH, 32);
	set(device, ENABLE, ENABLED);
}

void device_set_bank(struct device *device, unsigned bank)
{
	set(device, BANK, (uint16_t)bank);
}
