/* SPDX-License-Identifier: MIT */
/*
 * IoPorts: a range of I/O ports. Who may make one sees to it that ranges do not overlap.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "object.h"

struct io_ports {
	struct object object;
	uint16_t base;
	uint32_t count;
};

/* Whether all `width` ports from `port` on are inside; the width is 1, 2 or 4. */
static inline bool io_ports_cover(const struct io_ports *ports, uint16_t port, unsigned width)
{
	if (width != 1 && width != 2 && width != 4)
		return false;
	return port >= ports->base &&
	       (uint32_t)port + width <= (uint32_t)ports->base + ports->count;
}
