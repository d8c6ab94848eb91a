/* SPDX-License-Identifier: MIT */
/*
 * View to message, by a layout. Parents are written before their children,
 * fields in the order of the schema. What was decoded and not replaced is
 * copied from its message.
 */
#include "copy.h"

#include <base/capnp_layout.h>

#include "number.h"

static enum status encode_fields(const struct capnp_layout *layout, const uint8_t *view,
                                 struct capnp_target *to, uint32_t depth);

static enum status encode_enum(const struct capnp_field *field, const uint8_t *member,
                               struct capnp_target *to)
{
	const uint64_t value = number_load(member, sizeof(uint32_t));

	if (value > UINT16_MAX)
		return ERR_BAD_ARG;
	capnp_put_number(to, field->offset * 2, 2, value ^ field->otherwise);
	return OK;
}

static void encode_number(const struct capnp_field *field, const uint8_t *member, uint32_t size,
                          struct capnp_target *to)
{
	capnp_put_number(to, field->offset * size, size,
	                 number_load(member, size) ^ field->otherwise);
}

static enum status encode_bool(const struct capnp_field *field, const uint8_t *member,
                               struct capnp_target *to)
{
	bool truth;

	memcpy(&truth, member, sizeof(truth));
	capnp_put_bit(to, field->offset, truth != (field->otherwise != 0));
	return OK;
}

static enum status encode_text(const uint8_t *member, struct capnp_builder *builder,
                               uint64_t *pointer)
{
	struct capnp_text text;

	memcpy(&text, member, sizeof(text));
	return text.at != NULL ? capnp_put_text(builder, pointer, text) : OK;
}

static enum status encode_data(const uint8_t *member, struct capnp_builder *builder,
                               uint64_t *pointer)
{
	struct capnp_data data;

	memcpy(&data, member, sizeof(data));
	return data.at != NULL ? capnp_put_data(builder, pointer, data) : OK;
}

static enum status encode_cap(const uint8_t *member, struct capnp_builder *builder,
                              uint64_t *pointer)
{
	cap_t cap;

	memcpy(&cap, member, sizeof(cap));
	return capnp_put_cap(builder, pointer, cap);
}

static enum status encode_struct(const struct capnp_layout *layout, const void *item,
                                 struct capnp_builder *builder, uint64_t *pointer, uint32_t depth)
{
	struct capnp_target to;

	if (depth == 0)
		return ERR_BAD_ARG;
	enum status status =
		capnp_put_struct(builder, pointer, layout->data_words, layout->pointer_count, &to);
	if (status != OK)
		return status;
	return encode_fields(layout, item, &to, depth - 1);
}

static enum status encode_ref(const struct capnp_field *field, const uint8_t *member,
                              struct capnp_builder *builder, uint64_t *pointer, uint32_t depth)
{
	struct capnp_any_ref ref;

	memcpy(&ref, member, sizeof(ref));
	if (ref.item != NULL)
		return encode_struct(field->of, ref.item, builder, pointer, depth);
	if (ref.encoded.segment.words != NULL)
		return copy_struct(builder, pointer, &ref.encoded, depth);
	return OK;
}

static enum status encode_numbers(const uint8_t *member, uint32_t bits,
                                  struct capnp_builder *builder, uint64_t *pointer)
{
	struct capnp_void_list list;
	uint8_t *to;

	memcpy(&list, member, sizeof(list));
	if (list.count == 0 && list.items == NULL)
		return OK;
	if (list.items == NULL && bits > 0)
		return ERR_BAD_ARG;
	enum status status = capnp_put_list(builder, pointer, bits, list.count, &to);
	if (status != OK || bits == 0)
		return status;
	memcpy(to, list.items, ((size_t)list.count * bits + 7) / 8);
	/* of the last byte of a list of bits, only those in the list */
	if (list.count % 8 != 0 && bits == 1)
		to[list.count / 8] &= (uint8_t)((1u << list.count % 8) - 1);
	return OK;
}

static enum status encode_structs(const struct capnp_layout *layout,
                                  const struct capnp_any_list *list, struct capnp_builder *builder,
                                  uint64_t *pointer, uint32_t depth)
{
	uint64_t *elements;

	if (depth == 0)
		return ERR_BAD_ARG;
	enum status status =
		capnp_put_struct_list(builder, pointer, list->count, layout->data_words,
	                              layout->pointer_count, &elements);
	for (uint32_t i = 0; i < list->count && status == OK; i++) {
		const uint8_t *item = (const uint8_t *)list->items + (size_t)i * layout->view_size;
		struct capnp_target to = capnp_target_at(builder, elements, i, layout->data_words,
		                                         layout->pointer_count);

		status = encode_fields(layout, item, &to, depth - 1);
	}
	return status;
}

static enum status encode_pointers(enum capnp_kind kind, const struct capnp_any_list *list,
                                   struct capnp_builder *builder, uint64_t *pointer)
{
	const uint8_t *items = list->items;
	uint64_t *elements;

	enum status status = capnp_put_pointer_list(builder, pointer, list->count, &elements);
	for (uint32_t i = 0; i < list->count && status == OK; i++) {
		if (kind == CAPNP_TEXT_LIST)
			status = encode_text(items + i * sizeof(struct capnp_text), builder,
			                     elements + i);
		else if (kind == CAPNP_DATA_LIST)
			status = encode_data(items + i * sizeof(struct capnp_data), builder,
			                     elements + i);
		else
			status = encode_cap(items + i * sizeof(cap_t), builder, elements + i);
	}
	return status;
}

static enum status encode_list(const struct capnp_field *field, const uint8_t *member,
                               struct capnp_builder *builder, uint64_t *pointer, uint32_t depth)
{
	struct capnp_any_list list;

	memcpy(&list, member, sizeof(list));
	if (list.items == NULL && list.encoded.segment.words != NULL)
		return copy_list(builder, pointer, &list.encoded, depth);
	if (list.items == NULL)
		return list.count == 0 ? OK : ERR_BAD_ARG;
	if (field->kind == CAPNP_STRUCT_LIST)
		return encode_structs(field->of, &list, builder, pointer, depth);
	return encode_pointers(field->kind, &list, builder, pointer);
}

static enum status encode_field(const struct capnp_field *field, const uint8_t *member,
                                struct capnp_target *to, uint32_t depth)
{
	struct capnp_builder *builder = to->builder;
	uint64_t *pointer = to->pointers + field->offset;

	switch (field->kind) {
	case CAPNP_BOOL: return encode_bool(field, member, to);
	case CAPNP_BITS8: encode_number(field, member, 1, to); return OK;
	case CAPNP_BITS16: encode_number(field, member, 2, to); return OK;
	case CAPNP_BITS32: encode_number(field, member, 4, to); return OK;
	case CAPNP_BITS64: encode_number(field, member, 8, to); return OK;
	case CAPNP_ENUM: return encode_enum(field, member, to);
	case CAPNP_TEXT: return encode_text(member, builder, pointer);
	case CAPNP_DATA: return encode_data(member, builder, pointer);
	case CAPNP_CAP: return encode_cap(member, builder, pointer);
	case CAPNP_STRUCT: return encode_ref(field, member, builder, pointer, depth);
	case CAPNP_GROUP: return encode_fields(field->of, member, to, depth);
	case CAPNP_VOID_LIST: return encode_numbers(member, 0, builder, pointer);
	case CAPNP_BOOL_LIST: return encode_numbers(member, 1, builder, pointer);
	case CAPNP_BITS8_LIST: return encode_numbers(member, 8, builder, pointer);
	case CAPNP_BITS16_LIST: return encode_numbers(member, 16, builder, pointer);
	case CAPNP_BITS32_LIST: return encode_numbers(member, 32, builder, pointer);
	case CAPNP_BITS64_LIST: return encode_numbers(member, 64, builder, pointer);
	case CAPNP_TEXT_LIST:
	case CAPNP_DATA_LIST:
	case CAPNP_CAP_LIST:
	case CAPNP_STRUCT_LIST: return encode_list(field, member, builder, pointer, depth);
	}
	return ERR_BAD_ARG;
}

static enum status encode_fields(const struct capnp_layout *layout, const uint8_t *view,
                                 struct capnp_target *to, uint32_t depth)
{
	uint64_t which = 0;

	if (layout->has_union) {
		which = number_load(view + layout->which_member, sizeof(uint32_t));
		if (which >= CAPNP_ALWAYS)
			return ERR_BAD_ARG;
		capnp_put_number(to, layout->which_offset * 2, 2, which);
	}
	for (uint32_t i = 0; i < layout->field_count; i++) {
		const struct capnp_field *field = &layout->fields[i];

		if (field->discriminant != CAPNP_ALWAYS && field->discriminant != which)
			continue;
		enum status status = encode_field(field, view + field->member, to, depth);
		if (status != OK)
			return status;
	}
	return OK;
}

enum status capnp_encode_builder(const struct capnp_layout *layout, const void *view,
                                 struct capnp_builder *builder)
{
	struct capnp_target root;

	enum status status =
		capnp_builder_root(builder, layout->data_words, layout->pointer_count, &root);
	if (status != OK)
		return status;
	return encode_fields(layout, view, &root, CAPNP_DEPTH_MAX - 1);
}

enum status capnp_encode(const struct capnp_layout *layout, const void *view, void *segment,
                         uint32_t capacity, uint32_t *out_size)
{
	struct capnp_builder builder;

	enum status status = capnp_builder_init(&builder, segment, capacity, NULL, 0);
	if (status == OK)
		status = capnp_encode_builder(layout, view, &builder);
	if (status != OK)
		return status == ERR_INSUFFICIENT_CAPS ? ERR_BAD_ARG : status;
	*out_size = 8 * builder.word_count;
	return OK;
}
