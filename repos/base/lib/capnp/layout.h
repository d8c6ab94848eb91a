/* SPDX-License-Identifier: MIT */
/* What checking and filling need to know of a layout's fields. */
#pragma once

#include <base/capnp_layout.h>

/* Bytes of a number, or of the numbers in a list of them; 0 for all else. */
static inline uint32_t layout_number_size(enum capnp_kind kind)
{
	static const uint8_t sizes[CAPNP_STRUCT_LIST + 1] = {
		[CAPNP_BITS8] = 1,       [CAPNP_BITS16] = 2,      [CAPNP_BITS32] = 4,
		[CAPNP_BITS64] = 8,      [CAPNP_ENUM] = 2,        [CAPNP_BITS8_LIST] = 1,
		[CAPNP_BITS16_LIST] = 2, [CAPNP_BITS32_LIST] = 4, [CAPNP_BITS64_LIST] = 8,
	};

	return sizes[kind];
}
/* The list of a field; ERR_BAD_ARG if it is of another kind. */
enum status layout_find_list(const struct capnp_struct *from, const struct capnp_field *field,
                             struct capnp_list *out);
/* The union's discriminant; 0 if there is no union. */
static inline uint16_t layout_which(const struct capnp_layout *layout,
                                    const struct capnp_struct *from)
{
	return (uint16_t)(layout->has_union ? capnp_struct_number(from, layout->which_offset * 2, 2)
	                                    : 0);
}
static inline bool layout_field_active(const struct capnp_field *field, uint16_t which)
{
	return field->discriminant == CAPNP_ALWAYS || field->discriminant == which;
}

/* What may still be walked of a message, so that its consumer is done in bounded time. */
struct layout_budget {
	uint64_t words;
};

/* For all that a struct leads to; the struct itself is taken from it. ERR_BAD_ARG: more than it may have. */
enum status layout_budget_init(struct layout_budget *budget, const struct capnp_struct *from);
static inline enum status layout_charge(struct layout_budget *budget, uint64_t words)
{
	if (words > budget->words)
		return ERR_BAD_ARG;
	budget->words -= words;
	return OK;
}
/* Walks a root's field of lists or a struct, as far as the layout knows it. */
enum status layout_check_field(struct layout_budget *budget, const struct capnp_field *field,
                               const struct capnp_struct *from);
