/* SPDX-License-Identifier: MIT */
#include "random.h"

#include <abi/syscall.h>

uint64_t random_next(struct random *random)
{
	uint64_t x = random->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	random->state = x;
	return x * 0x2545f4914f6cdd1dul;
}

uint32_t random_below(struct random *random, uint32_t end)
{
	return (uint32_t)((random_next(random) >> 32) * end >> 32);
}

bool random_one_in(struct random *random, uint32_t times)
{
	return random_below(random, times) == 0;
}

uint64_t random_border(struct random *random)
{
	static const uint64_t borders[] = {
		0,
		1,
		0xff,
		0xfff,
		0x1000,
		0x1001,
		0xffff,
		0x10000,
		1ul << 31,
		0xffffffff,
		1ul << 32,
		(1ul << 32) + 1,
		1ul << 47,
		(1ul << 47) - 1,
		(1ul << 47) - 0x1000,
		1ul << 52,
		1ul << 63,
		~0ul,
		~0ul - 1,
		~0xffful,
		USER_ADDRESS_MAX,
		USER_ADDRESS_MAX - 0x1000,
		USER_ADDRESS_MAX + 0x1000,
		0xffff800000000000ul,
		0xffffffff80000000ul,
		0xffffffff80100000ul,
	};

	return borders[random_below(random, sizeof(borders) / sizeof(borders[0]))];
}

uint64_t random_any(struct random *random)
{
	switch (random_below(random, 4)) {
	case 0: return random_border(random);
	case 1: return random_next(random);
	default: return random_below(random, 32);
	}
}
