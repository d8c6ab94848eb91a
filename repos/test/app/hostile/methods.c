/* SPDX-License-Identifier: MIT */
/*
 * The kernel's methods, and what kind of arguments they take: nearly right ones get furthest.
 */
#include "attacks.h"

/* What a word may be. */
enum argument {
	NONE,
	ANY,
	ID,
	ADDRESS,
	SIZE,
	PART,
	OFFSET,
	SMALL,
	SLOTS,
	SHAPE,
	FLAGS,
	NAMES,
	BYTES,
	PORT
};

enum { METHOD_CAPS_MAX = 2, METHOD_WORDS_MAX = 5 };

struct method {
	uint32_t interface;
	uint16_t number;
	uint8_t caps[METHOD_CAPS_MAX];   /* what they should be, up to the first 0 */
	uint8_t words[METHOD_WORDS_MAX]; /* enum argument, up to the first NONE */
};

enum {
	ACCOUNT = OBJECT_KIND_ACCOUNT,
	DOMAIN = OBJECT_KIND_DOMAIN,
	THREAD = OBJECT_KIND_THREAD,
	CONTEXT = OBJECT_KIND_SCHED_CONTEXT,
	ENDPOINT = OBJECT_KIND_ENDPOINT,
	NOTIFICATION = OBJECT_KIND_NOTIFICATION,
	MEMORY = OBJECT_KIND_MEMORY,
	OBJECT = OBJECT_KIND_COUNT, /* any of them */
};

static const struct method methods[] = {
	{SELF_INTERFACE, SELF_YIELD, {0}, {NONE}},
	{SELF_INTERFACE, SELF_INSPECT, {0}, {ID}},
	{SELF_INTERFACE, SELF_COPY, {0}, {ID}},
	{SELF_INTERFACE, SELF_DERIVE, {ACCOUNT}, {ID, NAMES}},
	{SELF_INTERFACE, SELF_DROP, {0}, {ID}},
	{SELF_INTERFACE, SELF_REVOKE, {0}, {ID}},
	{SELF_INTERFACE, SELF_DETACH, {0}, {NONE}},
	{CHARGE_INTERFACE, CHARGE_USAGE, {0}, {NONE}},
	{CHARGE_INTERFACE, CHARGE_CREATE_ACCOUNT, {0}, {SIZE, SMALL, FLAGS}},
	{CHARGE_INTERFACE, CHARGE_CREATE_DOMAIN, {0}, {SLOTS}},
	{CHARGE_INTERFACE,
         CHARGE_CREATE_THREAD,
         {DOMAIN, CONTEXT},
         {ADDRESS, ADDRESS, ANY, ADDRESS, SMALL}},
	{CHARGE_INTERFACE, CHARGE_CREATE_ENDPOINT, {0}, {SMALL}},
	{CHARGE_INTERFACE, CHARGE_CREATE_NOTIFICATION, {0}, {NONE}},
	{CHARGE_INTERFACE, CHARGE_CREATE_MEMORY, {0}, {SIZE, FLAGS}},
	{CHARGE_INTERFACE, CHARGE_CREATE_RING, {DOMAIN, NOTIFICATION}, {ADDRESS, SHAPE}},
	{CHARGE_INTERFACE, CHARGE_FUND, {ACCOUNT}, {SIZE, SMALL}},
	{ACCOUNT_INTERFACE, ACCOUNT_REFUND, {0}, {SIZE, SMALL}},
	{ACCOUNT_INTERFACE, ACCOUNT_DESTROY, {0}, {NONE}},
	{SPACE_INTERFACE, SPACE_MAP, {MEMORY, ACCOUNT}, {ADDRESS, OFFSET, PART, FLAGS}},
	{SPACE_INTERFACE, SPACE_UNMAP, {0}, {ADDRESS, SIZE}},
	{SPACE_INTERFACE, SPACE_GROW_TABLE, {0}, {SLOTS}},
	{DOMAIN_INTERFACE, DOMAIN_INSTALL, {OBJECT}, {SLOTS}},
	{DOMAIN_INTERFACE, DOMAIN_WATCH, {NOTIFICATION}, {NONE}},
	{DOMAIN_INTERFACE, DOMAIN_NEXT_FAULT, {0}, {NONE}},
	{DOMAIN_INTERFACE, DOMAIN_PEEK, {0}, {ADDRESS}},
	{DOMAIN_INTERFACE, DOMAIN_SET_PAGER, {OBJECT}, {NONE}},
	{THREAD_INTERFACE, THREAD_START, {0}, {NONE}},
	{THREAD_INTERFACE, THREAD_STOP, {0}, {NONE}},
	{THREAD_INTERFACE, THREAD_RESUME, {0}, {NONE}},
	{THREAD_INTERFACE, THREAD_STATE, {0}, {NONE}},
	{SCHED_CONTEXT_INTERFACE, SCHED_CONTEXT_SPLIT, {ACCOUNT}, {BYTES}},
	{ENDPOINT_INTERFACE, ENDPOINT_MINT, {ACCOUNT}, {ANY, NAMES, NAMES, NAMES}},
	{ENDPOINT_INTERFACE, ENDPOINT_IDENTIFY, {ENDPOINT}, {NONE}},
	{ENDPOINT_INTERFACE, ENDPOINT_KEEP, {0}, {SMALL}},
	{ENDPOINT_INTERFACE, ENDPOINT_DROP, {0}, {SMALL}},
	{SIGNAL_INTERFACE, SIGNAL_SIGNAL, {0}, {ANY}},
	{NOTIFICATION_INTERFACE, NOTIFICATION_FACET, {ACCOUNT}, {ANY}},
	{NOTIFICATION_INTERFACE, NOTIFICATION_BIND, {THREAD}, {NONE}},
	{READ_ONLY_INTERFACE, READ_ONLY_INFO, {0}, {NONE}},
	{READ_ONLY_INTERFACE, READ_ONLY_CLONE, {ACCOUNT}, {NONE}},
	{MEMORY_OBJECT_INTERFACE, MEMORY_OBJECT_FUTEX_WAIT, {0}, {OFFSET, ANY}},
	{MEMORY_OBJECT_INTERFACE, MEMORY_OBJECT_FUTEX_WAKE, {0}, {OFFSET, SMALL}},
	{RING_INTERFACE, RING_INFO, {0}, {NONE}},
	{IRQ_INTERFACE, IRQ_BIND, {NOTIFICATION}, {NONE}},
	{IRQ_INTERFACE, IRQ_ACKNOWLEDGE, {0}, {NONE}},
	{IO_PORTS_INTERFACE, IO_PORTS_READ, {0}, {PORT}},
	{IO_PORTS_INTERFACE, IO_PORTS_WRITE, {0}, {PORT}},
	{PLATFORM_INTERFACE, PLATFORM_CREATE_IRQ, {ACCOUNT}, {SMALL}},
	{PLATFORM_INTERFACE, PLATFORM_CREATE_IO_PORTS, {ACCOUNT}, {ANY}},
	{PLATFORM_INTERFACE, PLATFORM_CREATE_DEVICE_MEMORY, {ACCOUNT}, {ADDRESS, SIZE}},
	{PLATFORM_INTERFACE, PLATFORM_CREATE_BOOT_MEMORY, {ACCOUNT}, {OFFSET, SIZE}},
	{PLATFORM_INTERFACE, PLATFORM_CREATE_CONTIGUOUS, {ACCOUNT}, {SIZE, FLAGS}},
	{PLATFORM_INTERFACE, PLATFORM_AUDIT, {0}, {NONE}},
	{PLATFORM_INTERFACE, PLATFORM_PRINT, {0}, {SMALL, ANY}},
};

enum { METHODS = sizeof(methods) / sizeof(methods[0]) };

/* How often, by all threads: what is never accepted is not attacked. */
static uint32_t accepted[METHODS];

static uint32_t some_interface(struct random *random)
{
	return random_one_in(random, 8) ? (uint32_t)random_any(random)
	                                : methods[random_below(random, METHODS)].interface;
}

static uint64_t some_address(struct random *random)
{
	return random_one_in(random, 12)
	               ? random_border(random)
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
	case PORT:
		return 0x2e8 + random_below(random, 10) + ((uint64_t)random_below(random, 6) << 16);
	}
	return 0;
}

/* Ports do things to the machine that no kernel can mend: only those of an absent serial line. */
static bool allowed(const struct method *method, const uint64_t *words)
{
	return method->interface != IO_PORTS_INTERFACE ||
	       ((words[0] & 0xffff) >= 0x2e8 && (words[0] & 0xffff) < 0x2f8);
}

/* The target that a method wants: one with its interface, or with a wider one. */
static cap_t some_target(struct attacker *attacker, const struct method *method)
{
	enum { TRIES = 12 };

	if (method->interface == SELF_INTERFACE)
		return CAP_NULL;
	for (unsigned i = 0; i < TRIES; i++) {
		const struct hoard_entry *entry =
			hoard_pick_entry(attacker->hoard, &attacker->random);

		if (entry && entry->kind != OBJECT_KIND_COMPONENT &&
		    (entry->interface == method->interface ||
		     entry->interface + 1 == method->interface ||
		     entry->interface == method->interface + 1))
			return entry->cap;
	}
	return hoard_pick(attacker->hoard, &attacker->random);
}

void attack_method(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	const struct method *method = &methods[random_below(random, METHODS)];
	uint64_t words[METHOD_WORDS_MAX];
	cap_t caps[METHOD_CAPS_MAX];
	unsigned word_count = 0, cap_count = 0;
	struct shot shot;

	while (word_count < METHOD_WORDS_MAX && method->words[word_count]) {
		words[word_count] = some_word(attacker, (enum argument)method->words[word_count]);
		word_count++;
	}
	while (cap_count < METHOD_CAPS_MAX && method->caps[cap_count]) {
		caps[cap_count] = hoard_pick_kind(attacker->hoard, random,
		                                  (enum object_kind)method->caps[cap_count]);
		cap_count++;
	}
	if (allowed(method, words) &&
	    shot_call(attacker, some_target(attacker, method), method->interface, method->number,
	              words, word_count, caps, cap_count, &shot) == OK)
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
	const uint64_t number =
		random_one_in(random, 16) ? random_below(random, 256) : random_below(random, 3);
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
		.window = random_one_in(random, 4)
	                          ? random_next(random)
	                          : random_below(random, 9) |
	                                    random_below(random, 4) << WINDOW_OPEN_SHIFT |
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
	                  4ul << WINDOW_OPEN_SHIFT |
	                  (uint64_t)random_below(random, 4) << WINDOW_REPLY_SLOT_SHIFT |
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
		if (shot_call(attacker, CAP_NULL, SELF_INTERFACE, SELF_DROP, &id, 1, NULL, 0,
		              &shot) != OK)
			hoard_lose(attacker->hoard, entry.cap);
	}
}
