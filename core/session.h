/* SPDX-License-Identifier: MIT */
/*
 * Session: one of core's, of whatever service.
 *
 * The donation pays for its record, which core keeps in its own heap, and for its
 * capability. Where kernel objects are behind it, it has an account of its own, from which
 * these are paid; closing it destroys the account, and with it whatever was forgotten.
 */
#pragma once

#include <base/entrypoint.h>
#include <base/session_server.h>

struct core;
struct core_session;

/* A session request, as the Parent interface brings it. */
struct session_params {
	struct capnp_text service, label;
	struct capnp_data args;
	cap_t argument;
	uint64_t ram;
	uint32_t caps;
};

struct core_service {
	const char *name;
	size_t session_bytes;
	bool objects;               /* of the kernel's, paid by the session */
	served_dispatch *dispatch;  /* NULL: the session is a kernel object */
	const uint32_t *interfaces; /* ends with 0 */
	enum status (*open)(struct core_session *session, struct request *request,
	                    const struct session_params *params);
	void (*close)(struct core_session *session); /* or NULL */
};

extern const struct core_service cpu_service, event_service, io_mem_service, io_port_service,
	irq_service, log_service, pd_service, rm_service, rom_service, timer_service;

struct core_session {
	struct served served;
	struct core *core;
	const struct core_service *service;
	struct core_session *next;
	uint32_t id;
	uint64_t ram; /* the donation */
	uint32_t caps;
	cap_t account; /* its Account; null: core's own pays */
	char label[SESSION_LABEL_MAX + 1];
};

/* What a server lacks in a session's account, the client has to donate. */
enum status session_insufficient(enum status status);

/* The last element of a label: what stands behind the last " -> ". */
const char *session_label_last(const char *label);

/* Decodes the session's argument struct with a generated decoder. ERR_BAD_ARG when there is none. */
#define session_args(params, decode, out) \
	((params)->args.size == 0 ? ERR_BAD_ARG \
	                          : decode((params)->args.at, (params)->args.size, (out)))

/* Whoever has asked for it is told that the test driver wants a report; how many those were. */
unsigned event_ask(struct core *core);
/* Likewise the one parent that is meant by "FAULT PARENT|CHILD|SERVICE|LABEL", with the rest for it to be asked for. */
unsigned event_order(struct core *core, char *order);

/* The account of a component, by the request's argument, pays for what it is the session of. */
enum status session_payer(struct core *core, const struct session_params *params);
/* It is short: more donation would not help. */
enum status session_own_shortage(enum status status);

/* What core itself needs of the sessions it opens for init. */
cap_t pd_session_domain(struct core_session *session);
cap_t pd_session_space(struct core_session *session);
/* Who pays for the domain: the component's own account, and its name for the closing check. */
cap_t pd_session_account(struct core_session *session);
enum status rom_session_memory(struct core_session *session, cap_t *out_memory, uint64_t *out_size);
