/* SPDX-License-Identifier: MIT */
/*
 * Methods of the schemas, called as they want to be, nearly; and any system call with any words.
 */
#include "arguments.h"
#include "attacks.h"
#include "coverage.h"

#include <kernel/words.h>

#define NAME_OF(interface, method) ((uint64_t)(interface) << 16 | (method))

enum { CHOICES = 3, USES = 2 };

/* Rather what has been accepted less. */
static unsigned rarer(unsigned one, unsigned other)
{
	return coverage_accepted(other) < coverage_accepted(one) ? other : one;
}

/* Half of the calls are for what is at hand; of the others rather for what was accepted least. */
static unsigned some_method(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	const struct hoard_entry *entry = hoard_pick_entry(attacker->hoard, random);
	unsigned least = random_below(random, catalogue_size());

	if (entry && random_one_in(random, 2)) {
		const unsigned method = catalogue_some_method(random, entry->interface);

		if (method != CATALOGUE_NONE)
			return method;
	}
	for (unsigned i = 1; i < CHOICES; i++)
		least = rarer(least, random_below(random, catalogue_size()));
	return least;
}

static cap_t some_target(struct attacker *attacker, uint32_t interface, uint16_t number)
{
	struct random *random = &attacker->random;

	if (interface == SELF_INTERFACE)
		return CAP_NULL;
	if (random_one_in(random, 16))
		return hoard_pick(attacker->hoard, random);
	if (interface == THREAD_INTERFACE && (number == THREAD_START || number == THREAD_RESUME))
		return shot_some_startable(random);
	return hoard_pick_interface(attacker->hoard, random, interface);
}

static struct shot waiting; /* the last futexWait, by any thread; half of another's is as good */

static void note_waiting(const struct shot *shot)
{
	if (shot->word >> OP_METHOD_SHIFT ==
	    NAME_OF(MEMORY_OBJECT_INTERFACE, MEMORY_OBJECT_FUTEX_WAIT))
		waiting = *shot;
}

void attack_wake(struct attacker *attacker)
{
	const uint64_t words[2] = {waiting.words[0], 1};
	struct shot shot;

	(void)shot_call(attacker, waiting.target, MEMORY_OBJECT_INTERFACE, MEMORY_OBJECT_FUTEX_WAKE,
	                words, 2, NULL, 0, &shot);
}

static struct shot make(struct attacker *attacker, unsigned method, cap_t target)
{
	struct random *random = &attacker->random;
	const struct catalogue_item *item = catalogue_at(method);
	struct shot shot = {
		.word = SYSCALL_CALL | (uint64_t)item->number << OP_METHOD_SHIFT |
	                (uint64_t)item->interface->hash << OP_INTERFACE_SHIFT,
		.target = target,
		.window = 4ul << WINDOW_OPEN_SHIFT |
	                  (uint64_t)hoard_window(attacker->hoard, random, 4) << WINDOW_FIRST_SHIFT,
	};

	if (random_one_in(random, 8))
		shot.window |= (random_next(random) & 0xff) << WINDOW_MOVE_SHIFT;
	arguments_make(attacker, method, &shot);
	note_waiting(&shot);
	return shot;
}

struct shot methods_make(struct attacker *attacker, unsigned *out_method)
{
	const unsigned method = some_method(attacker);
	const struct catalogue_item *item = catalogue_at(method);

	*out_method = method;
	return make(attacker, method, some_target(attacker, item->interface->hash, item->number));
}

cap_t attack_capability(struct attacker *attacker, cap_t cap)
{
	const struct hoard_entry *entry = hoard_find(attacker->hoard, cap);
	unsigned method = CATALOGUE_NONE;

	if (entry)
		method = catalogue_some_method(&attacker->random, entry->interface);
	if (method == CATALOGUE_NONE)
		return CAP_NULL;
	method = rarer(method, catalogue_some_method(&attacker->random, entry->interface));

	struct shot shot = make(attacker, method, cap);

	return shot_fire(attacker, &shot) == OK ? shot_result(attacker, &shot) : CAP_NULL;
}

void attack_method(struct attacker *attacker)
{
	unsigned method;
	struct shot shot = methods_make(attacker, &method);

	/* What it has brought is used at once, or it may never be. */
	if (shot_fire(attacker, &shot) != OK)
		return;

	const cap_t brought = shot_result(attacker, &shot);

	for (unsigned i = 0; i < USES && cap_valid(brought); i++)
		(void)attack_capability(attacker, brought);
}

static uint64_t some_operation(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	const uint64_t number =
		random_one_in(random, 16) ? random_below(random, 256) : random_below(random, 3);
	uint64_t word = number | random_below(random, 12) << OP_WORDS_SHIFT;

	if (random_one_in(random, 8))
		word |= random_next(random) & 0xf000;
	if (random_one_in(random, 8))
		return word | random_next(random) << OP_METHOD_SHIFT;
	return word | (uint64_t)random_below(random, 10) << OP_METHOD_SHIFT |
	       (uint64_t)catalogue_some(random) << OP_INTERFACE_SHIFT;
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

		/* Sessions are dearer than what the kernel makes. */
		if (!cap_valid(entry.cap) ||
		    random_one_in(&attacker->random, entry.kind == OBJECT_KIND_COMPONENT ? 2 : 16))
			continue;
		if (shot_call(attacker, CAP_NULL, SELF_INTERFACE, SELF_DROP, &id, 1, NULL, 0,
		              &shot) != OK)
			hoard_lose(attacker->hoard, entry.cap);
	}
}
