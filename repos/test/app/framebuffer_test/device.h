/* SPDX-License-Identifier: MIT */
/*
 * The standard graphics card of QEMU's machine, by its ports: found on the PCI bus,
 * switched to a mode of 32 bits a pixel, its old window at 0xa0000 moved over the frame buffer.
 */
#pragma once

#include <test/check.h>

struct device {
	struct check *check;
	cap_t bus, registers; /* IoPorts */
};

enum { DEVICE_WIDTH = 640, DEVICE_HEIGHT = 480 };

/* IO_PORT sessions for both. */
bool device_init(struct device *device, struct check *check);
/* The frame buffer's address, 0: there is no such card. */
uint64_t device_find(struct device *device);
void device_set_mode(struct device *device);
/* The old window shows this 64 KiB of the frame buffer. */
void device_set_bank(struct device *device, unsigned bank);
