/* SPDX-License-Identifier: MIT */
/*
 * Component schema: the descriptor of its configuration that a component's
 * binary carries in the ELF section .capos.schema.
 */
#pragma once

#include <abi/status.h>
#include <stddef.h>

/*
 * Finds the section in a 64-bit little-endian ELF file. ERR_BAD_ARG: no sound ELF
 * file; ERR_UNSUPPORTED: it has no such section. *out_bytes points into the file
 * and is 8-aligned if the file is.
 */
enum status component_schema_find(const void *file, size_t size, const void **out_bytes,
                                  size_t *out_size);
