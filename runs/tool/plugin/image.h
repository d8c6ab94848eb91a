/* SPDX-License-Identifier: MIT */
/*
 * Images: the programs of a scenario, to name the functions that instructions belong to.
 *
 * Programs are linked at the same addresses, and the plugin interface does not tell
 * address spaces apart. So an instruction's program is found by content: the one
 * whose file has the same bytes as the page of memory the instruction is in.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct image;

struct function {
	const struct image *image;
	uint64_t address;
	const char *name;
};

struct images;

/*
 * Reads a list of programs: lines `NAME FILE SYMBOLS`, the last two being ELF files, of which the
 * second one has the symbols. What can't be read has no names. Ends the program when out of memory.
 */
struct images *images_open(const char *list_path);

/*
 * The function at an address, which the host has at `host`. One that belongs to no program is in the image
 * "unknown"; never NULL. It is the same for the same function, for ever.
 */
const struct function *images_find(struct images *images, uint64_t address, const void *host);

/* NULL: none of that name. */
const struct function *images_symbol(const struct images *images, const char *image,
                                     const char *function);

const char *image_name(const struct image *image);
