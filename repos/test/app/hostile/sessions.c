/* SPDX-License-Identifier: MIT */
/*
 * Sessions: which there are, and requests for more of them that decode.
 */
#include <base/capnp_message.h>
#include <io_mem_session/types.h>
#include <io_port_session/types.h>
#include <irq_session/types.h>
#include <parent/types.h>
#include <report_session/types.h>
#include <string.h>

#include "attacks.h"

#define DEVICE_ADDRESS (PLAYGROUND + 0x800000ul)

enum { ARGS_MAX = 128, IDS_KEPT = 64 };

static uint32_t ids[IDS_KEPT]; /* of the sessions that were opened last, by any of the threads */
static unsigned opened;
static uint32_t id_max;

/* Argument structs for the services that have some; nothing that could harm the machine itself. */
static uint32_t some_args(struct random *random, unsigned service, uint64_t *args)
{
	static const uint64_t device_addresses[] = {0xfed00000, 0xa0000,    0xc0000,
	                                            0x100000,   0xfee00000, 0xfec00000};
	const struct io_mem_args memory = {
		.address = random_one_in(random, 3) ? random_border(random)
	                                            : device_addresses[random_below(random, 6)],
		.size = random_one_in(random, 4) ? random_border(random) : 4096,
	};
	const struct io_port_args ports = {.base = 0x2e8, .count = 1 + random_below(random, 8)};
	const struct irq_args irq = {
		.line = (uint8_t)(random_one_in(random, 4) ? random_next(random) : 5)};
	const struct report_args report = {.size = random_one_in(random, 4) ? random_border(random)
	                                                                    : 4096};
	uint32_t size = 0;

	switch (service) { /* all of them are small and have no capabilities */
	case 0: (void)io_mem_args_encode(&memory, args, ARGS_MAX, &size); break;
	case 1: (void)io_port_args_encode(&ports, args, ARGS_MAX, &size); break;
	case 2: (void)irq_args_encode(&irq, args, ARGS_MAX, &size); break;
	case 3: (void)report_args_encode(&report, args, ARGS_MAX, &size); break;
	default:
		for (; size < random_below(random, ARGS_MAX); size += 8)
			args[size / 8] = random_any(random);
	}
	return size;
}

/* The session, if one was opened. */
static cap_t send(struct attacker *attacker, const struct message *message)
{
	const uint32_t first = hoard_window(attacker->hoard, &attacker->random, 2);
	struct shot shot = {
		.word = SYSCALL_CALL | OP_PAGED | (uint64_t)PARENT_SESSION << OP_METHOD_SHIFT |
	                (uint64_t)PARENT_INTERFACE << OP_INTERFACE_SHIFT,
		.target = attacker->env->parent,
		.window = message->cap_count | (uint64_t)message->cap_moves << WINDOW_MOVE_SHIFT |
	                  2ul << WINDOW_OPEN_SHIFT | (uint64_t)first << WINDOW_FIRST_SHIFT,
	};

	for (unsigned i = 0; i < message->cap_count; i++)
		attacker->pages[0].caps[i] = message->caps[i].id;
	attacker->pages[0].size = message->size;
	return shot_fire(attacker, &shot) == OK ? shot_result(attacker, &shot) : CAP_NULL;
}

void sessions_note(uint32_t id)
{
	ids[opened++ % IDS_KEPT] = id;
	if (id > id_max)
		id_max = id;
}

/* Device memory shown in some domain, then read by the kernel on behalf of the domain's parent. */
static void peek_device(struct attacker *attacker, cap_t memory)
{
	const cap_t domain =
		hoard_pick_kind(attacker->hoard, &attacker->random, OBJECT_KIND_DOMAIN);
	const uint64_t place[4] = {DEVICE_ADDRESS, 0, 4096};
	const cap_t caps[2] = {memory, attacker->env->account};
	struct shot shot;

	(void)shot_call(attacker, domain, SPACE_INTERFACE, SPACE_MAP, place, 4, caps, 2, &shot);
	(void)shot_call(attacker, domain, DOMAIN_INTERFACE, DOMAIN_PEEK, place, 1, NULL, 0, &shot);
}

/* What the sessions for devices are for. */
static void take_device(struct attacker *attacker, cap_t session)
{
	const struct hoard_entry *entry = hoard_find(attacker->hoard, session);
	struct shot shot;

	if (entry &&
	    shot_call(attacker, session, entry->interface, 0, NULL, 0, NULL, 0, &shot) == OK &&
	    entry->interface == IO_MEM_INTERFACE)
		peek_device(attacker, shot_result(attacker, &shot));
}

static const char *const services[] = {"IO_MEM", "IO_PORT", "IRQ",
                                       "Report", "LOG",     "ROM",
                                       "RM",     "PD",      "CPU",
                                       "Timer",  "Event",   "File_system",
                                       "Trap",   "",        "a service with quite a long name"};
static const char *const labels[] = {"",     "config", "shared",      "a -> b -> c", "files",
                                     "init", "report", "line\nbreak", " -> "};

enum {
	SERVICES = sizeof(services) / sizeof(services[0]),
	OBTAINABLE = SERVICES - 3,
	USES = 6, /* of what a session has brought */
	LABELS = sizeof(labels) / sizeof(labels[0])
};

static uint32_t got[SERVICES];

const char *sessions_some_service(struct random *random)
{
	return services[random_below(random, SERVICES)];
}

const char *sessions_some_label(struct random *random)
{
	return labels[random_below(random, LABELS)];
}

uint32_t sessions_some(struct random *random)
{
	return random_one_in(random, 6) ? (uint32_t)random_any(random)
	                                : ids[random_below(random, IDS_KEPT)];
}

/* The one that the service has something for. */
static const char *fitting_label(const char *service)
{
	if (strcmp(service, "Report") == 0)
		return "report";
	if (strcmp(service, "File_system") == 0)
		return "files";
	return strcmp(service, "ROM") == 0 ? "config" : "";
}

/* The rarer of two. */
static unsigned rare_service(struct random *random)
{
	const unsigned one = random_below(random, SERVICES);
	const unsigned other = random_below(random, OBTAINABLE);

	return one >= OBTAINABLE || got[one] < got[other] ? one : other;
}

void sessions_open(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	const unsigned service = rare_service(random);
	const bool often = random_one_in(random, 2);
	struct message message = {.cap_moves = random_one_in(random, 2)};
	uint64_t args[ARGS_MAX / 8];
	const struct parent_session_params params = {
		.service = capnp_text_of(services[service]),
		.label = capnp_text_of(random_one_in(random, 3) ? sessions_some_label(random)
	                                                        : fitting_label(services[service])),
		.args = {.at = (const uint8_t *)args, .size = some_args(random, service, args)},
		.argument = often ? hoard_pick_kind(attacker->hoard, random, OBJECT_KIND_ACCOUNT)
	                          : CAP_NULL,
		.ram = random_one_in(random, 8) ? random_any(random)
	                                        : 8192 + random_below(random, 32768),
		.caps = random_one_in(random, 8) ? (uint32_t)random_any(random)
	                                         : 2 + random_below(random, 8),
	};

	if (capnp_message_encode(&parent_session_params_layout, &params, &message,
	                         attacker->pages[0].segment) != OK)
		return;

	const cap_t session = send(attacker, &message);

	got[service] += cap_valid(session);
	take_device(attacker, session);
	for (unsigned i = 0; i < USES && cap_valid(session); i++) {
		const cap_t brought = attack_capability(attacker, session);

		for (unsigned k = 0; k < USES && cap_valid(brought); k++)
			(void)attack_capability(attacker, brought);
	}
}

static void close(struct attacker *attacker, uint32_t id)
{
	const uint64_t word = id;
	struct shot shot;

	(void)shot_call(attacker, attacker->env->parent, PARENT_INTERFACE, PARENT_CLOSE, &word, 1,
	                NULL, 0, &shot);
}

void sessions_close(struct attacker *attacker)
{
	for (unsigned i = 0; i < IDS_KEPT; i++) {
		if (ids[i])
			close(attacker, ids[i]);
		ids[i] = 0;
	}
}

void sessions_close_ever(struct attacker *attacker)
{
	for (uint32_t id = attacker->own_ids + 1; id < id_max + IDS_KEPT; id++)
		close(attacker, id);
}
