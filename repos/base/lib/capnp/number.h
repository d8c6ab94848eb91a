/* SPDX-License-Identifier: MIT */
/* Numbers of 1, 2, 4 or 8 bytes at any address. */
#pragma once

#include <stdint.h>
#include <string.h>

static inline uint64_t number_load(const uint8_t *at, uint32_t size)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (size) {
	case 1: return *at;
	case 2: memcpy(&two, at, sizeof(two)); return two;
	case 4: memcpy(&four, at, sizeof(four)); return four;
	default: memcpy(&eight, at, sizeof(eight)); return eight;
	}
}

static inline void number_store(uint8_t *at, uint32_t size, uint64_t value)
{
	switch (size) {
	case 1: memcpy(at, &value, 1); return;
	case 2: memcpy(at, &value, 2); return;
	case 4: memcpy(at, &value, 4); return;
	default: memcpy(at, &value, 8); return;
	}
}
