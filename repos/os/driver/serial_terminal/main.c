/* SPDX-License-Identifier: MIT */
/*
 * Serial terminal: one Terminal session at a time, on the third serial port.
 */
#include <base/log.h>
#include <base/session_server.h>
#include <base/status_name.h>
#include <device/interrupt.h>
#include <kernel/client.h>
#include <terminal_session/server.h>

#include "uart.h"

enum { UART_PORT = 0x3e8, UART_LINE = 4 };
enum { READ_MAX = 1024 }; /* fits an answer */

struct client {
	struct server_session session;
	cap_t changed; /* Signal, or null */
	bool cut;      /* its last write had no room */
};

struct serial_terminal {
	struct entrypoint entrypoint;
	struct session_server sessions;
	struct interrupt interrupt;
	struct signal_handler fired;
	struct uart uart;
	struct client *client; /* the one there is, or NULL */
};

static struct serial_terminal *server_of(const struct client *client)
{
	return client->session.server->context;
}

static void tell(struct serial_terminal *server, const struct client *client)
{
	const struct signal_signal_params params = {0};

	/* A client that has gone needs no signal. */
	if (cap_valid(client->changed))
		(void)signal_signal(&server->entrypoint.env->ipc, client->changed, &params);
}

/* Moves what the device gives and takes, and tells the client what is new to it. */
static void move(struct serial_terminal *server)
{
	const uint32_t received = server->uart.received.count;
	struct client *client = server->client;

	uart_move(&server->uart);
	if (!client)
		return;
	const bool room = client->cut && byte_queue_room(&server->uart.unsent) > 0;
	client->cut = client->cut && !room;
	if (room || server->uart.received.count > received)
		tell(server, client);
}

/* Acknowledged first: what comes from here on interrupts again. */
static void fired(struct signal_handler *handler)
{
	struct serial_terminal *server =
		(struct serial_terminal *)((char *)handler -
	                                   offsetof(struct serial_terminal, fired));

	(void)interrupt_acknowledge(&server->interrupt); /* it is there */
	move(server);
}

/* ---- what a client asks --------------------------------------------------------------------- */

static enum status read(void *self, struct request *request,
                        const struct terminal_read_params *params,
                        struct terminal_read_results *results)
{
	static uint8_t bytes[READ_MAX]; /* until the answer is written */
	struct serial_terminal *server = server_of(self);
	const uint32_t size = params->size < READ_MAX ? params->size : READ_MAX;

	(void)request;
	results->data.at = bytes;
	results->data.size = byte_queue_take_some(&server->uart.received, bytes, size);
	move(server);
	return OK;
}

static enum status write(void *self, struct request *request,
                         const struct terminal_write_params *params,
                         struct terminal_write_results *results)
{
	struct client *client = self;
	struct serial_terminal *server = server_of(client);

	(void)request;
	results->taken =
		byte_queue_put_some(&server->uart.unsent, params->data.at, params->data.size);
	client->cut = results->taken < params->data.size;
	move(server);
	return OK;
}

static enum status listen(void *self, struct request *request,
                          const struct terminal_listen_params *params)
{
	struct client *client = self;
	struct serial_terminal *server = server_of(client);

	if (!ipc_notification(&server->entrypoint.env->ipc, params->changed))
		return ERR_BAD_ARG;
	ipc_drop(&server->entrypoint.env->ipc, client->changed);
	client->changed = request_take(request, params->changed);
	if (server->uart.received.count > 0)
		tell(server, client);
	return OK;
}

static const struct terminal_server methods = {.read = read, .write = write, .listen = listen};

static enum status dispatch(struct served *served, struct request *request)
{
	return terminal_dispatch(&methods, served, request);
}

/* ---- sessions ------------------------------------------------------------------------------- */

static enum status open(struct server_session *session, struct request *request,
                        const struct root_create_params *params)
{
	struct serial_terminal *server = session->server->context;

	(void)request;
	(void)params;
	if (server->client)
		return ERR_DENIED;
	server->client = (struct client *)session;
	return OK;
}

/* What was typed was typed for this client. */
static void close(struct server_session *session)
{
	struct client *client = (struct client *)session;
	struct serial_terminal *server = server_of(client);

	ipc_drop(&server->entrypoint.env->ipc, client->changed);
	server->client = NULL;
	server->uart.received = (struct byte_queue){0};
	move(server);
}

static enum status begin(struct serial_terminal *server, struct env *env)
{
	static const uint32_t interfaces[] = {TERMINAL_INTERFACE, 0};
	static const struct session_service service = {
		.name = "Terminal",
		.session_bytes = sizeof(struct client),
		.dispatch = dispatch,
		.interfaces = interfaces,
		.open = open,
		.close = close,
	};
	enum status status = ports_open(env, UART_PORT, UART_PORTS, &server->uart.ports);

	if (status == OK)
		status = interrupt_open(env, UART_LINE, &server->interrupt);
	if (status == OK)
		status = entrypoint_init(&server->entrypoint, env, 0);
	server->fired.run = fired;
	if (status == OK)
		status = entrypoint_add_signal(&server->entrypoint, &server->fired);
	if (status == OK)
		status = interrupt_bind(&server->interrupt, &server->fired);
	if (status != OK)
		return status;
	uart_init(&server->uart, UART_PORT);
	status = interrupt_acknowledge(&server->interrupt);
	uart_move(&server->uart);
	return status == OK ? session_server_init(&server->sessions, &server->entrypoint, &service,
	                                          server)
	                    : status;
}

int component_main(struct env *env)
{
	static struct serial_terminal server;
	const enum status status = begin(&server, env);

	if (status != OK) {
		log_line(env, "can't begin: %s", status_name(status));
		return 1;
	}
	entrypoint_run(&server.entrypoint);
	return 0;
}
