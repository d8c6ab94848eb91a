/* SPDX-License-Identifier: MIT */
/*
 * Framebuffer test: writes a picture into a graphics card's memory, mapped so that writes are
 * gathered, and reads it back through the card's old window, mapped uncached: the pixels
 * have arrived at the device.
 */
#include <base/log.h>
#include <io_mem_session/client.h>
#include <kernel/client.h>
#include <test/check.h>

#include "device.h"

enum { ARGS_SIZE = 64, WINDOW_BYTES = 65536, BANKS = 18 };

#define WINDOW        0xa0000ul
#define PICTURE_BYTES (DEVICE_WIDTH * DEVICE_HEIGHT * 4ul)

_Static_assert(PICTURE_BYTES / WINDOW_BYTES == BANKS, "all whole banks of the picture");

static cap_t open_memory(struct check *check, struct io_mem_args args)
{
	_Alignas(8) char segment[ARGS_SIZE];
	struct io_mem_dataspace_results results = {0};
	struct session session;
	uint32_t size;
	enum status status = io_mem_args_encode(&args, segment, sizeof(segment), &size);
	const struct session_request request = {
		.service = "IO_MEM", .args = segment, .args_size = size};

	if (status == OK)
		status = session_open(check->env, &request, &session);
	if (status == OK)
		status = io_mem_dataspace(&check->env->ipc, session.cap, &results);
	check_status(check, "memory of the card", status, OK);
	return results.memory;
}

static volatile uint32_t *attach(struct check *check, cap_t memory, uint64_t size, bool write)
{
	const struct region_attach request = {.memory = memory, .size = size, .write = write};
	void *base = NULL;

	check_status(check, "attached", region_attach(&check->env->regions, &request, &base), OK);
	return base;
}

static uint32_t pixel(unsigned index)
{
	return index * 0x9e3779b1u >> 8;
}

int component_main(struct env *env)
{
	struct check check = {.env = env};
	struct device device;
	volatile uint32_t *picture, *window;
	unsigned wrong = 0;
	uint64_t address;

	log_line(env, "begins");
	if (!device_init(&device, &check))
		return 2;
	address = device_find(&device);
	if (!check_that(&check, "there is a card", address != 0))
		return 2;
	picture = attach(&check,
	                 open_memory(&check, (struct io_mem_args){.address = address,
	                                                          .size = PICTURE_BYTES,
	                                                          .write_combined = true}),
	                 PICTURE_BYTES, true);
	window = attach(&check,
	                open_memory(&check,
	                            (struct io_mem_args){.address = WINDOW, .size = WINDOW_BYTES}),
	                WINDOW_BYTES, false);
	if (!picture || !window)
		return 2;
	device_set_mode(&device);
	for (unsigned i = 0; i < PICTURE_BYTES / 4; i++)
		picture[i] = pixel(i);
	asm volatile("sfence" : : : "memory"); /* what is gathered goes out */
	for (unsigned bank = 0; bank < BANKS; bank += 4) {
		device_set_bank(&device, bank);
		for (unsigned i = 0; i < WINDOW_BYTES / 4; i++)
			wrong += window[i] != pixel(bank * (WINDOW_BYTES / 4) + i);
	}
	check_equal(&check, "pixels that have not arrived", wrong, 0);
	return check_result(&check);
}
