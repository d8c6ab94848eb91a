/* SPDX-License-Identifier: MIT */
/*
 * The kernel's methods, and what kind of arguments they take: nearly right ones get furthest.
 */
#include "attacks.h"

enum argument { NONE, ANY, ID, ADDRESS, SIZE, PART, OFFSET, SMALL, SLOTS, SHAPE, FLAGS, NAMES, BYTES, PORT };

/* Capability arguments, by what they should be. */
enum { ARGUMENT_CAPS_MAX = 2, ARGUMENT_WORDS_MAX = 8 };

struct method {
	uint32_t interface;
	uint16_t number;
	uint8_t cap_count;
	uint8_t word_count;
	uint8_t caps[ARGUMENT_CAPS_MAX]; /* enum object_kind */
	uint8_t words[ARGUMENT_WORDS_MAX];
};

enum {
	ACCOUNT = OBJECT_KIND_ACCOUNT,
	DOMAIN = OBJECT_KIND_DOMAIN,
	THREAD = OBJECT_KIND_THREAD,
	CONTEXT = OBJECT_KIND_SCHED_CONTEXT,
	ENDPOINT = OBJECT_KIND_ENDPOINT,
	NOTIFICATION = OBJECT_KIND_NOTIFICATION,
	MEMORY = OBJECT_KIND_MEMORY,
};

static const struct method methods[] = {
	{SELF_INTERFACE, SELF_YIELD, 0, 0, {0}, {0}},
	{SELF_INTERFACE, SELF_INSPECT, 0, 1, {0}, {ID}},
	{SELF_INTERFACE, SELF_COPY, 0, 1, {0}, {ID}},
	{SELF_INTERFACE, SELF_DERIVE, 1, 2, {ACCOUNT}, {ID, NAMES}},
	{SELF_INTERFACE, SELF_DROP, 0, 1, {0}, {ID}},
	{SELF_INTERFACE, SELF_REVOKE, 0, 1, {0}, {ID}},
	{CHARGE_INTERFACE, CHARGE_USAGE, 0, 0, {0}, {0}},
	{CHARGE_INTERFACE, CHARGE_CREATE_ACCOUNT, 0, 0, {0}, {0}},
	{CHARGE_INTERFACE, CHARGE_CREATE_DOMAIN, 0, 1, {0}, {SLOTS}},
	{CHARGE_INTERFACE, CHARGE_CREATE_THREAD, 2, 5, {DOMAIN, CONTEXT}, {ADDRESS, ADDRESS, ANY, ADDRESS, SMALL}},
	{CHARGE_INTERFACE, CHARGE_CREATE_ENDPOINT, 0, 1, {0}, {SMALL}},
	{CHARGE_INTERFACE, CHARGE_CREATE_NOTIFICATION, 0, 0, {0}, {0}},
	{CHARGE_INTERFACE, CHARGE_CREATE_MEMORY, 0, 2, {0}, {SIZE, FLAGS}},
	{CHARGE_INTERFACE, CHARGE_CREATE_RING, 2, 2, {DOMAIN, NOTIFICATION}, {ADDRESS, SHAPE}},
	{CHARGE_INTERFACE, CHARGE_FUND, 1, 2, {ACCOUNT}, {SIZE, SMALL}},
	{ACCOUNT_INTERFACE, ACCOUNT_REFUND, 0, 2, {0}, {SIZE, SMALL}},
	{ACCOUNT_INTERFACE, ACCOUNT_DESTROY, 0, 0, {0}, {0}},
	{SPACE_INTERFACE, SPACE_MAP, 2, 4, {MEMORY, ACCOUNT}, {ADDRESS, OFFSET, PART, FLAGS}},
	{SPACE_INTERFACE, SPACE_UNMAP, 0, 2, {0}, {ADDRESS, SIZE}},
	{SPACE_INTERFACE, SPACE_GROW_TABLE, 0, 1, {0}, {SLOTS}},
	{DOMAIN_INTERFACE, DOMAIN_INSTALL, 1, 1, {0}, {SLOTS}},
	{DOMAIN_INTERFACE, DOMAIN_WATCH, 1, 0, {NOTIFICATION}, {0}},
	{DOMAIN_INTERFACE, DOMAIN_NEXT_FAULT, 0, 0, {0}, {0}},
	{DOMAIN_INTERFACE, DOMAIN_PEEK, 0, 1, {0}, {ADDRESS}},
	{THREAD_INTERFACE, THREAD_START, 0, 0, {0}, {0}},
	{THREAD_INTERFACE, THREAD_STOP, 0, 0, {0}, {0}},
	{THREAD_INTERFACE, THREAD_RESUME, 0, 0, {0}, {0}},
	{THREAD_INTERFACE, THREAD_STATE, 0, 0, {0}, {0}},
	{SCHED_CONTEXT_INTERFACE, SCHED_CONTEXT_SPLIT, 1, 1, {ACCOUNT}, {BYTES}},
	{ENDPOINT_INTERFACE, ENDPOINT_MINT, 1, 4, {ACCOUNT}, {ANY, NAMES, NAMES, NAMES}},
	{ENDPOINT_INTERFACE, ENDPOINT_IDENTIFY, 1, 0, {ENDPOINT}, {0}},
	{ENDPOINT_INTERFACE, ENDPOINT_KEEP, 0, 1, {0}, {SMALL}},
	{ENDPOINT_INTERFACE, ENDPOINT_DROP, 0, 1, {0}, {SMALL}},
	{SIGNAL_INTERFACE, SIGNAL_SIGNAL, 0, 1, {0}, {ANY}},
	{NOTIFICATION_INTERFACE, NOTIFICATION_FACET, 1, 1, {ACCOUNT}, {ANY}},
	{NOTIFICATION_INTERFACE, NOTIFICATION_BIND, 1, 0, {THREAD}, {0}},
	{READ_ONLY_INTERFACE, READ_ONLY_INFO, 0, 0, {0}, {0}},
	{RING_INTERFACE, RING_INFO, 0, 0, {0}, {0}},
	{IRQ_INTERFACE, IRQ_BIND, 1, 0, {NOTIFICATION}, {0}},
	{IRQ_INTERFACE, IRQ_ACKNOWLEDGE, 0, 0, {0}, {0}},
	{IO_PORTS_INTERFACE, IO_PORTS_READ, 0, 1, {0}, {PORT}},
	{IO_PORTS_INTERFACE, IO_PORTS_WRITE, 0, 1, {0}, {PORT}},
	{PLATFORM_INTERFACE, PLATFORM_CREATE_IRQ, 1, 1, {ACCOUNT}, {SMALL}},
	{PLATFORM_INTERFACE, PLATFORM_CREATE_IO_PORTS, 1, 1, {ACCOUNT}, {ANY}},
	{PLATFORM_INTERFACE, PLATFORM_CREATE_DEVICE_MEMORY, 1, 2, {ACCOUNT}, {ADDRESS, SIZE}},
	{PLATFORM_INTERFACE, PLATFORM_CREATE_BOOT_MEMORY, 1, 2, {ACCOUNT}, {OFFSET, SIZE}},
	{PLATFORM_INTERFACE, PLATFORM_AUDIT, 0, 0, {0}, {0}},
	{PLATFORM_INTERFACE, PLATFORM_PRINT, 0, 2, {0}, {SMALL, ANY}},
};

enum { METHODS = sizeof(methods) / sizeof(methods[0]) };

static uint32_t accepted[METHODS]; /* how often, by all threads: what is never accepted is not attacked */

static uint32_t some_interface(struct random *random)
{
	return random_one_in(random, 8) ? (uint32_t)random_any(random)
					: methods[random_below(random, METHODS)].interface;
}

static uint64_t some_address(struct random *random)
{
	return random_one_in(random, 12) ? random_border(random)
					 : PLAYGROUND + random_below(random, PLAYGROUND_PAGES) * 4096ul;
}

static uint64_t some_word(struct attacker *attacker, enum argument argument)
{
	struct random *random = &attacker->random;

	if (random_one_in(random, 12))
		return random_any(random);
	switch (argument) {
	case NONE: return 0;
	case ANY: return random_any(random);
	case ID: return hoard_pick(attacker->hoard, random).id;
	case ADDRESS: return some_address(random);
	case SIZE: return (1 + random_below(random, 6)) * 4096ul;
	case PART: return (1 + random_below(random, 2)) * 4096ul;
	case OFFSET: return random_below(random, 2) * 4096ul;
	case SMALL: return random_below(random, 10);
	case SLOTS: return random_below(random, 80);
	case SHAPE: return 1ul << random_below(random, 6) | (uint64_t)random_below(random, 6) << 16;
	case FLAGS: return random_below(random, 4);
	case NAMES: return some_interface(random) | (uint64_t)some_interface(random) << 32;
	case BYTES: return random_below(random, 256);
	case PORT: return 0x2e8 + random_below(random, 10) + ((uint64_t)random_below(random, 6) << 16);
	}
	return 0;
}

/* Ports do things to the machine that no kernel can mend: only those of an absent serial line. */
static bool allowed(const struct method *method, const uint64_t *words)
{
	return method->interface != IO_PORTS_INTERFACE || ((words[0] & 0xffff) >= 0x2e8 && (words[0] & 0xffff) < 0x2f8);
}

/* The target that a method wants: one with its interface, or with a wider one. */
static cap_t some_target(struct attacker *attacker, const struct method *method)
{
	enum { TRIES = 12 };

	if (method->interface == SELF_INTERFACE)
		return CAP_NULL;
	for (unsigned i = 0; i < TRIES; i++) {
		const struct hoard_entry *entry = hoard_pick_entry(attacker->hoard, &attacker->random);

		if (entry && entry->kind != OBJECT_KIND_COMPONENT &&
		    (entry->interface == method->interface || entry->interface + 1 == method->interface ||
		     entry->interface == method->interface + 1))
			return entry->cap;
	}
	return hoard_pick(attacker->hoard, &attacker->random);
}

void attack_method(struct attacker *attacker)
{
	const struct method *method = &methods[random_below(&attacker->random, METHODS)];
	uint64_t words[ARGUMENT_WORDS_MAX] = {0};
	cap_t caps[ARGUMENT_CAPS_MAX] = {0};
	struct shot shot;

	for (unsigned i = 0; i < method->word_count; i++)
		words[i] = some_word(attacker, (enum argument)method->words[i]);
	for (unsigned i = 0; i < method->cap_count; i++)
		caps[i] = hoard_pick_kind(attacker->hoard, &attacker->random, (enum object_kind)method->caps[i]);
	if (allowed(method, words) &&
	    shot_call(attacker, some_target(attacker, method), method->interface, method->number, words,
		      method->word_count, caps, method->cap_count, &shot) == OK)
		accepted[method - methods]++;
}

unsigned attack_reach(unsigned *out_of)
{
	unsigned reached = 0;

	for (unsigned i = 0; i < METHODS; i++)
		reached += accepted[i] > 0;
	*out_of = METHODS;
	return reached;
}

static uint64_t some_operation(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	const struct method *method = &methods[random_below(random, METHODS)];
	const uint64_t number = random_one_in(random, 16) ? random_below(random, 256) : random_below(random, 3);
	uint64_t word = number | random_below(random, 12) << OP_WORDS_SHIFT;

	if (random_one_in(random, 8))
		word |= random_next(random) & 0xf000;
	if (random_one_in(random, 8))
		return word | random_next(random) << OP_METHOD_SHIFT;
	return word | (uint64_t)random_below(random, 10) << OP_METHOD_SHIFT |
	       (uint64_t)method->interface << OP_INTERFACE_SHIFT;
}

void attack_wild(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	struct shot shot = {
		.word = some_operation(attacker),
		.target = hoard_pick(attacker->hoard, random),
		.window = random_one_in(random, 4) ? random_next(random)
						   : random_below(random, 9) | random_below(random, 4) << WINDOW_OPEN_SHIFT |
							     (uint64_t)hoard_window(attacker->hoard, random, 4)
								     << WINDOW_FIRST_SHIFT,
		.deadline = random_one_in(random, 2) ? random_any(random) : 0,
	};

	if ((uint32_t)(shot.word >> OP_INTERFACE_SHIFT) == IO_PORTS_INTERFACE)
		return;
	for (unsigned i = 0; i < IPC_WORDS_MAX; i++)
		shot.words[i] = random_any(random);
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		attacker->pages[0].caps[i] = hoard_pick(attacker->hoard, random).id;
	(void)shot_fire(attacker, &shot);
}

void attack_reply(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	struct shot shot = {
		.word = SYSCALL_REPLY_WAIT | random_below(random, 9) << OP_WORDS_SHIFT |
			(random_next(random) & (OP_PAGED | OP_NO_REPLY | OP_NO_WAIT)) |
			random_below(random, 16) << OP_METHOD_SHIFT,
		.target = hoard_pick_kind(attacker->hoard, random, OBJECT_KIND_ENDPOINT),
		.window = random_below(random, 3) | (random_next(random) & 7) << WINDOW_MOVE_SHIFT |
			  4ul << WINDOW_OPEN_SHIFT | (uint64_t)random_below(random, 4) << WINDOW_REPLY_SLOT_SHIFT |
			  (uint64_t)hoard_window(attacker->hoard, random, 4) << WINDOW_FIRST_SHIFT,
	};

	attacker->pages[0].size = random_below(random, 4200);
	for (unsigned i = 0; i < 3; i++)
		attacker->pages[0].caps[i] = hoard_pick(attacker->hoard, random).id;
	(void)shot_fire(attacker, &shot);
}

void attack_purge(struct attacker *attacker)
{
	for (uint32_t slot = HOARD_FIRST; slot < HOARD_END; slot++) {
		const struct hoard_entry entry = attacker->hoard->slots[slot];
		const uint64_t id = entry.cap.id;
		struct shot shot;

		if (!cap_valid(entry.cap) || random_one_in(&attacker->random, 16))
			continue;
		if (shot_call(attacker, CAP_NULL, SELF_INTERFACE, SELF_DROP, &id, 1, NULL, 0, &shot) != OK)
			hoard_lose(attacker->hoard, entry.cap);
	}
}
