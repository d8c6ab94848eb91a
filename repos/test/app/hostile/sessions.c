/* SPDX-License-Identifier: MIT */
/*
 * The parent's own interface, with requests that decode.
 */
#include <base/capnp_message.h>
#include <io_mem_session/types.h>
#include <io_port_session/types.h>
#include <irq_session/types.h>
#include <parent/types.h>
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
	uint32_t size = 0;

	switch (service) { /* all of them are small and have no capabilities */
	case 0: (void)io_mem_args_encode(&memory, args, ARGS_MAX, &size); break;
	case 1: (void)io_port_args_encode(&ports, args, ARGS_MAX, &size); break;
	case 2: (void)irq_args_encode(&irq, args, ARGS_MAX, &size); break;
	default:
		for (; size < random_below(random, ARGS_MAX); size += 8)
			args[size / 8] = random_any(random);
	}
	return size;
}

/* The session, if one was opened. */
static cap_t send(struct attacker *attacker, const struct message *message, cap_t target,
                  uint16_t method)
{
	const uint32_t first = hoard_window(attacker->hoard, &attacker->random, 2);
	struct shot shot = {
		.word = SYSCALL_CALL | message->word_count << OP_WORDS_SHIFT |
	                (message->paged ? OP_PAGED : 0) | (uint64_t)method << OP_METHOD_SHIFT |
	                (uint64_t)PARENT_INTERFACE << OP_INTERFACE_SHIFT,
		.target = target,
		.window = message->cap_count | (uint64_t)message->cap_moves << WINDOW_MOVE_SHIFT |
	                  2ul << WINDOW_OPEN_SHIFT | (uint64_t)first << WINDOW_FIRST_SHIFT,
	};

	for (unsigned i = 0; i < message->word_count && !message->paged; i++)
		shot.words[i] = message->words[i];
	for (unsigned i = 0; i < message->cap_count; i++)
		attacker->pages[0].caps[i] = message->caps[i].id;
	attacker->pages[0].size = message->size;
	if (shot_fire(attacker, &shot) != OK || method != PARENT_SESSION)
		return CAP_NULL;
	ids[opened++ % IDS_KEPT] = (uint32_t)shot.words[0];
	if ((uint32_t)shot.words[0] > id_max)
		id_max = (uint32_t)shot.words[0];
	return shot_result(attacker, &shot);
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

static void open(struct attacker *attacker)
{
	static const char *const services[] = {"IO_MEM",
	                                       "IO_PORT",
	                                       "IRQ",
	                                       "LOG",
	                                       "ROM",
	                                       "RM",
	                                       "PD",
	                                       "CPU",
	                                       "Timer",
	                                       "Trap",
	                                       "Bench",
	                                       "",
	                                       "a service with quite a long name"};
	static const char *const labels[] = {"",     "config",      "hostile", "a -> b -> c",
	                                     "init", "line\nbreak", " -> "};
	struct random *random = &attacker->random;
	const unsigned service = random_below(random, sizeof(services) / sizeof(services[0]));
	struct message message = {.cap_moves = random_one_in(random, 2)};
	uint64_t args[ARGS_MAX / 8];
	const struct parent_session_params params = {
		.service = capnp_text_of(services[service]),
		.label = capnp_text_of(
			labels[random_below(random, sizeof(labels) / sizeof(labels[0]))]),
		.args = {.at = (const uint8_t *)args, .size = some_args(random, service, args)},
		.argument = random_one_in(random, 2)
	                            ? hoard_pick_kind(attacker->hoard, random, OBJECT_KIND_ACCOUNT)
	                            : CAP_NULL,
		.ram = random_one_in(random, 8) ? random_any(random) : random_below(random, 16384),
		.caps = random_one_in(random, 8) ? (uint32_t)random_any(random)
	                                         : random_below(random, 8),
	};

	if (capnp_message_encode(&parent_session_params_layout, &params, &message,
	                         attacker->pages[0].segment) == OK)
		take_device(attacker,
		            send(attacker, &message, attacker->env->parent, PARENT_SESSION));
}

static void announce(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	struct message message = {.cap_moves = random_one_in(random, 2)};
	const struct parent_announce_params params = {
		.service = capnp_text_of(random_one_in(random, 2) ? "Trap" : "LOG"),
		.root = hoard_pick(attacker->hoard, random),
	};

	if (capnp_message_encode(&parent_announce_params_layout, &params, &message,
	                         attacker->pages[0].segment) == OK)
		(void)send(attacker, &message, attacker->env->parent, PARENT_ANNOUNCE);
}

static uint32_t some_id(struct random *random)
{
	return random_one_in(random, 6) ? (uint32_t)random_any(random)
	                                : ids[random_below(random, IDS_KEPT)];
}

static void call_words(struct attacker *attacker, uint16_t method, uint64_t first, uint64_t second)
{
	const struct message message = {.words = {first, second}, .word_count = 2};

	(void)send(attacker, &message, attacker->env->parent, method);
}

void attack_session(struct attacker *attacker)
{
	static const enum object_kind kinds[] = {OBJECT_KIND_MEMORY, OBJECT_KIND_DOMAIN,
	                                         OBJECT_KIND_NOTIFICATION};
	struct random *random = &attacker->random;
	const struct hoard_entry *entry = hoard_pick_entry(attacker->hoard, random);
	const cap_t caps[2] = {hoard_pick_kind(attacker->hoard, random,
	                                       kinds[random_below(random, 3)]),
	                       hoard_pick_kind(attacker->hoard, random, OBJECT_KIND_ACCOUNT)};
	uint64_t words[4];
	struct shot shot;

	if (!entry || entry->kind != OBJECT_KIND_COMPONENT || entry->interface == PARENT_INTERFACE)
		return;
	for (unsigned i = 0; i < 4; i++)
		words[i] = random_one_in(random, 3) ? random_any(random)
		                                    : random_below(random, 8) * 4096ul;
	if (random_one_in(random, 2))
		words[0] += PLAYGROUND;
	(void)shot_call(attacker, entry->cap, entry->interface, (uint16_t)random_below(random, 5),
	                words, 4, caps, random_below(random, 3), &shot);
}

void attack_close_all(struct attacker *attacker)
{
	for (unsigned i = 0; i < IDS_KEPT; i++) {
		if (ids[i])
			call_words(attacker, PARENT_CLOSE, ids[i], 0);
		ids[i] = 0;
	}
}

void attack_close_ever(struct attacker *attacker)
{
	for (uint32_t id = attacker->own_ids + 1; id < id_max + IDS_KEPT; id++)
		call_words(attacker, PARENT_CLOSE, id, 0);
}

void attack_parent(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	const struct parent_upgrade_params upgrade = {.id = some_id(random),
	                                              .ram = random_any(random),
	                                              .caps = (uint32_t)random_any(random)};
	const struct parent_request_params more = {.ram = random_any(random),
	                                           .caps = (uint32_t)random_any(random)};
	struct message message = {0};

	switch (random_below(random, 8)) {
	case 0:
	case 1:
	case 2: open(attacker); break;
	case 3:
	case 4: call_words(attacker, PARENT_CLOSE, some_id(random), 0); break;
	case 5:
		message.word_count = PARENT_UPGRADE_PARAMS_WORDS;
		parent_upgrade_params_pack(&upgrade, message.words, message.caps);
		(void)send(attacker, &message, attacker->env->parent, PARENT_UPGRADE);
		break;
	case 6:
		message.word_count = PARENT_REQUEST_PARAMS_WORDS;
		parent_request_params_pack(&more, message.words, message.caps);
		(void)send(attacker, &message, attacker->env->parent, PARENT_REQUEST);
		break;
	default: announce(attacker); break;
	}
}
