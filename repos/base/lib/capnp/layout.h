/* SPDX-License-Identifier: MIT */
/* What checking and filling need to know of a layout's fields. */
#pragma once

#include <base/capnp_layout.h>

/* Bytes of a number, or of the numbers in a list of them; 0 for all else. */
uint32_t layout_number_size(enum capnp_kind kind);
/* The list of a field; ERR_BAD_ARG if it is of another kind. */
enum status layout_find_list(const struct capnp_struct *from, const struct capnp_field *field,
                             struct capnp_list *out);
/* The union's discriminant; 0 if there is no union. */
uint16_t layout_which(const struct capnp_layout *layout, const struct capnp_struct *from);
bool layout_field_active(const struct capnp_field *field, uint16_t which);

/* Walks all that a struct leads to, as far as the layout knows it. */
enum status layout_check(const struct capnp_layout *layout, const struct capnp_struct *from);
