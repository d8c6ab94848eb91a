/* SPDX-License-Identifier: MIT */
/*
 * The target's capacity bounds the work: everything that is followed is
 * charged there, except for content of size zero, which has no pointers.
 */
#include "copy.h"

#include <string.h>

static enum status copy_pointer(struct capnp_builder *builder, uint64_t *pointer,
                                const struct capnp_struct *from, uint32_t index, uint32_t depth)
{
	struct capnp_struct inner;
	struct capnp_list list;
	cap_t cap;
	enum status status;

	if (from->pointers[index] == 0)
		return OK;
	switch (from->pointers[index] & 3) {
	case 0:
		status = capnp_struct_struct(from, index, &inner);
		return status == OK ? copy_struct(builder, pointer, &inner, depth) : status;
	case 1:
		status = capnp_struct_list(from, index, &list);
		return status == OK ? copy_list(builder, pointer, &list, depth) : status;
	case 3:
		status = capnp_struct_cap(from, index, &cap);
		return status == OK ? capnp_put_cap(builder, pointer, cap) : status;
	}
	return ERR_BAD_ARG;
}

static enum status copy_content(struct capnp_target *to, const struct capnp_struct *from,
                                uint32_t depth)
{
	if (from->data_size > 0)
		memcpy(to->data, from->data, from->data_size);
	for (uint32_t i = 0; i < from->pointer_count; i++) {
		enum status status = copy_pointer(to->builder, to->pointers + i, from, i, depth);
		if (status != OK)
			return status;
	}
	return OK;
}

enum status copy_struct(struct capnp_builder *builder, uint64_t *pointer,
                        const struct capnp_struct *from, uint32_t depth)
{
	struct capnp_target to;

	if (depth == 0)
		return ERR_BAD_ARG;
	enum status status = capnp_put_struct(
		builder, pointer, (uint16_t)((from->data_size + 7) / 8), from->pointer_count, &to);
	if (status != OK)
		return status;
	return copy_content(&to, from, depth - 1);
}

static enum status copy_struct_list(struct capnp_builder *builder, uint64_t *pointer,
                                    const struct capnp_list *from, uint32_t depth)
{
	const uint16_t data_words = (uint16_t)(from->data_size / 8);
	uint64_t *elements;

	enum status status = capnp_put_struct_list(builder, pointer, from->count, data_words,
	                                           from->pointer_count, &elements);
	if (status != OK || from->step == 0)
		return status;
	for (uint32_t i = 0; i < from->count; i++) {
		struct capnp_target to =
			capnp_target_at(builder, elements, i, data_words, from->pointer_count);
		struct capnp_struct element;

		status = capnp_list_struct(from, i, &element);
		if (status == OK)
			status = copy_content(&to, &element, depth - 1);
		if (status != OK)
			return status;
	}
	return OK;
}

static enum status copy_pointer_list(struct capnp_builder *builder, uint64_t *pointer,
                                     const struct capnp_list *from, uint32_t depth)
{
	const struct capnp_struct as_struct = {
		.segment = from->segment,
		.pointers = (const uint64_t *)(const void *)from->data,
	};
	uint64_t *elements;

	enum status status = capnp_put_pointer_list(builder, pointer, from->count, &elements);
	if (status != OK)
		return status;
	for (uint32_t i = 0; i < from->count; i++) {
		struct capnp_struct at = as_struct;

		at.pointers += i;
		at.pointer_count = 1;
		status = copy_pointer(builder, elements + i, &at, 0, depth - 1);
		if (status != OK)
			return status;
	}
	return OK;
}

enum status copy_list(struct capnp_builder *builder, uint64_t *pointer,
                      const struct capnp_list *from, uint32_t depth)
{
	const uint32_t bits = from->bits ? 1 : 8 * from->data_size;
	uint8_t *to;

	if (depth == 0)
		return ERR_BAD_ARG;
	if (from->composite)
		return copy_struct_list(builder, pointer, from, depth);
	if (from->pointer_count > 0)
		return copy_pointer_list(builder, pointer, from, depth);
	enum status status = capnp_put_list(builder, pointer, bits, from->count, &to);
	if (status == OK && bits > 0)
		memcpy(to, from->data, ((size_t)from->count * bits + 7) / 8);
	return status;
}
