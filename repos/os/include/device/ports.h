/* SPDX-License-Identifier: MIT */
/*
 * Ports: an IO_PORT session and the ports it is for.
 */
#pragma once

#include <base/env.h>
#include <base/session.h>

struct ports {
	struct env *env;
	struct session session;
	cap_t cap; /* IoPorts */
};

/*
 * ERR_BAD_ARG: no such range; ERR_DENIED: somebody has a part of it, or it is the kernel's;
 * otherwise as session_open.
 */
enum status ports_open(struct env *env, uint16_t base, uint32_t count, struct ports *out_ports);
void ports_close(struct ports *ports);

/* Of 1, 2 or 4 bytes. ERR_BAD_ARG: not within the range; ERR_GONE: the session has been closed. */
enum status ports_read(const struct ports *ports, uint16_t port, uint8_t width,
                       uint32_t *out_value);
enum status ports_write(const struct ports *ports, uint16_t port, uint8_t width, uint32_t value);
