/* SPDX-License-Identifier: MIT */
#include <device/ports.h>
#include <io_port_session/client.h>
#include <kernel/client.h>

enum { ARGS_SIZE = 64 };

enum status ports_open(struct env *env, uint16_t base, uint32_t count, struct ports *out_ports)
{
	const struct io_port_args args = {.base = base, .count = count};
	_Alignas(8) char segment[ARGS_SIZE];
	uint32_t size;
	struct io_port_ports_results results;
	enum status status = io_port_args_encode(&args, segment, sizeof(segment), &size);
	const struct session_request request = {
		.service = "IO_PORT", .args = segment, .args_size = size};

	*out_ports = (struct ports){.env = env};
	if (status == OK)
		status = session_open(env, &request, &out_ports->session);
	if (status != OK)
		return status;
	status = io_port_ports(&env->ipc, out_ports->session.cap, &results);
	if (status == OK)
		out_ports->cap = results.ports;
	else
		session_close(env, &out_ports->session);
	return status;
}

void ports_close(struct ports *ports)
{
	session_close(ports->env, &ports->session);
	ipc_drop(&ports->env->ipc, ports->cap);
}

enum status ports_read(const struct ports *ports, uint16_t port, uint8_t width, uint32_t *out_value)
{
	const struct io_ports_read_params params = {.port = port, .width = width};
	struct io_ports_read_results results;
	const enum status status = io_ports_read(&ports->env->ipc, ports->cap, &params, &results);

	if (status == OK)
		*out_value = results.value;
	return status;
}

enum status ports_write(const struct ports *ports, uint16_t port, uint8_t width, uint32_t value)
{
	const struct io_ports_write_params params = {.port = port, .width = width, .value = value};

	return io_ports_write(&ports->env->ipc, ports->cap, &params);
}
