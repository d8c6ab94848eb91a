/* SPDX-License-Identifier: MIT */
/*
 * Messages in page form: noise, and well-formed requests with a few bits turned.
 */
#include <log_session/types.h>
#include <parent/types.h>
#include <string.h>

#include "attacks.h"

enum { SEGMENT_WORDS = IPC_SEGMENT_BYTES / 8, FLIPS_MAX = 6 };

static uint32_t noise(struct random *random, uint64_t *segment)
{
	const uint32_t words = random_below(random, random_one_in(random, 4) ? SEGMENT_WORDS : 24);

	for (uint32_t i = 0; i < words; i++)
		segment[i] = random_any(random);
	return words * 8;
}

static uint32_t session_request(struct random *random, uint64_t *segment)
{
	static const char *const services[] = {"LOG", "ROM", "RM",   "Timer",
	                                       "PD",  "CPU", "Trap", "?"};
	const struct parent_session_params params = {
		.service = capnp_text_of(services[random_below(random, 8)]),
		.label = capnp_text_of(random_one_in(random, 2) ? "" : "config"),
		.args = {.at = (const uint8_t *)services, .size = random_below(random, 64)},
		.ram = random_below(random, 16384),
		.caps = random_below(random, 8),
	};
	uint32_t size = 0;

	/* A request without capabilities can always be written. */
	(void)parent_session_params_encode(&params, segment, IPC_SEGMENT_BYTES, &size);
	return size;
}

static uint32_t log_request(struct random *random, uint64_t *segment)
{
	static const char text[] = "\x1b[2J\r\nevent finished PASS\n[init -> steady] FAILED\t\x07";
	const struct log_write_params params = {
		.text = {.at = text,
	                 .size = random_below(random, 4)}}; /* little: the log is for people */
	uint32_t size = 0;

	(void)log_write_params_encode(&params, segment, IPC_SEGMENT_BYTES, &size); /* as above */
	return size;
}

static void turn_bits(struct random *random, uint64_t *segment, uint32_t size)
{
	const uint32_t flips = random_below(random, FLIPS_MAX);

	for (uint32_t i = 0; i < flips && size >= 8; i++)
		segment[random_below(random, size / 8)] ^= 1ul << random_below(random, 64);
}

void attack_page(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	uint64_t *segment = attacker->pages[0].segment;
	const struct hoard_entry *entry = hoard_pick_entry(attacker->hoard, random);
	uint32_t size;

	switch (random_below(random, 3)) {
	case 0: size = noise(random, segment); break;
	case 1: size = session_request(random, segment); break;
	default: size = log_request(random, segment); break;
	}
	turn_bits(random, segment, size);
	if (random_one_in(random, 10))
		size = (uint32_t)random_any(random);
	attacker->pages[0].size = size;
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		attacker->pages[0].caps[i] = hoard_pick(attacker->hoard, random).id;
	if (!entry)
		return;

	struct shot shot = {
		.word = SYSCALL_CALL | OP_PAGED |
	                (uint64_t)random_below(random, 7) << OP_METHOD_SHIFT |
	                (uint64_t)entry->interface << OP_INTERFACE_SHIFT,
		.target = entry->cap,
		.window = random_below(random, 5) |
	                  (random_next(random) & 0xff) << WINDOW_MOVE_SHIFT |
	                  4ul << WINDOW_OPEN_SHIFT |
	                  (uint64_t)hoard_window(attacker->hoard, random, 4) << WINDOW_FIRST_SHIFT,
	};

	(void)shot_fire(attacker, &shot);
}
