/* SPDX-License-Identifier: MIT */
/*
 * Message to view, by a layout: one struct at a time, lists and references when asked for. What the
 * root leads to is checked, within a budget, as its fields are filled; what was behind it is not again.
 */
#include "layout.h"
#include "number.h"

static uint64_t read_number(const struct capnp_field *field, const struct capnp_struct *from)
{
	const uint32_t size = layout_number_size(field->kind);

	return capnp_struct_number(from, field->offset * size, size) ^ field->otherwise;
}

static enum status fill_bytes(const struct capnp_field *field, const struct capnp_struct *from,
                              struct layout_budget *budget, void *member)
{
	struct capnp_text text = {0};
	struct capnp_data data = {0};
	enum status status;

	if (field->kind == CAPNP_TEXT) {
		status = capnp_struct_text(from, field->offset, &text);
		if (text.at == NULL)
			text = (struct capnp_text){field->text != NULL ? field->text : "",
			                           field->text_size};
		memcpy(member, &text, sizeof(text));
		return status == OK && budget ? layout_charge(budget, text.size / 8) : status;
	}
	status = capnp_struct_data(from, field->offset, &data);
	if (data.at == NULL)
		data = (struct capnp_data){(const uint8_t *)field->text, field->text_size};
	memcpy(member, &data, sizeof(data));
	return status == OK && budget ? layout_charge(budget, data.size / 8) : status;
}

/* Lists of numbers are used in place; the others element by element. */
static enum status fill_list(const struct capnp_field *field, const struct capnp_struct *from,
                             void *member)
{
	struct capnp_any_list any = {0};

	enum status status = layout_find_list(from, field, &any.encoded);
	if (status != OK)
		return status;
	any.count = any.encoded.count;
	if (field->kind < CAPNP_TEXT_LIST) {
		const struct capnp_void_list numbers = {any.encoded.data, any.count};

		memcpy(member, &numbers, sizeof(numbers));
		return OK;
	}
	memcpy(member, &any, sizeof(any));
	return OK;
}

static enum status fill_fields(const struct capnp_layout *layout, const struct capnp_struct *from,
                               struct layout_budget *budget, uint8_t *view);

static enum status fill_field(const struct capnp_field *field, const struct capnp_struct *from,
                              struct layout_budget *budget, uint8_t *member)
{
	struct capnp_any_ref ref = {0};
	uint32_t enumerant;
	bool truth;
	cap_t cap;
	enum status status;

	switch (field->kind) {
	case CAPNP_BOOL:
		truth = capnp_struct_bit(from, field->offset) != (field->otherwise != 0);
		memcpy(member, &truth, sizeof(truth));
		return OK;
	case CAPNP_BITS8:
	case CAPNP_BITS16:
	case CAPNP_BITS32:
	case CAPNP_BITS64:
		number_store(member, layout_number_size(field->kind), read_number(field, from));
		return OK;
	case CAPNP_ENUM:
		enumerant = (uint32_t)read_number(field, from);
		memcpy(member, &enumerant, sizeof(enumerant));
		return OK;
	case CAPNP_TEXT:
	case CAPNP_DATA: return fill_bytes(field, from, budget, member);
	case CAPNP_CAP:
		status = capnp_struct_cap(from, field->offset, &cap);
		if (status == OK)
			memcpy(member, &cap, sizeof(cap));
		return status;
	case CAPNP_STRUCT:
		status = capnp_struct_struct(from, field->offset, &ref.encoded);
		memcpy(member, &ref, sizeof(ref));
		return status;
	case CAPNP_GROUP: return fill_fields(field->of, from, budget, member);
	case CAPNP_VOID_LIST:
	case CAPNP_BOOL_LIST:
	case CAPNP_BITS8_LIST:
	case CAPNP_BITS16_LIST:
	case CAPNP_BITS32_LIST:
	case CAPNP_BITS64_LIST:
	case CAPNP_TEXT_LIST:
	case CAPNP_DATA_LIST:
	case CAPNP_CAP_LIST:
	case CAPNP_STRUCT_LIST: return fill_list(field, from, member);
	}
	return ERR_BAD_ARG;
}

/* Whether it leads to more than the field itself holds. */
static bool leads_on(enum capnp_kind kind)
{
	return kind == CAPNP_STRUCT || kind >= CAPNP_VOID_LIST;
}

/* Without a budget all of it has been checked. */
static enum status fill_fields(const struct capnp_layout *layout, const struct capnp_struct *from,
                               struct layout_budget *budget, uint8_t *view)
{
	const uint16_t which = layout_which(layout, from);
	const uint32_t which_value = which;

	if (layout->has_union)
		memcpy(view + layout->which_member, &which_value, sizeof(which_value));
	for (uint32_t i = 0; i < layout->field_count; i++) {
		const struct capnp_field *field = &layout->fields[i];

		if (!layout_field_active(field, which))
			continue;
		enum status status = budget && leads_on(field->kind)
		                             ? layout_check_field(budget, field, from)
		                             : OK;
		if (status == OK)
			status = fill_field(field, from, budget, view + field->member);
		if (status != OK)
			return status;
	}
	return OK;
}

static enum status fill(const struct capnp_layout *layout, const struct capnp_struct *from,
                        struct layout_budget *budget, void *view)
{
	memset(view, 0, layout->view_size);
	return fill_fields(layout, from, budget, view);
}

enum status capnp_decode_struct(const struct capnp_layout *layout, const struct capnp_struct *from,
                                void *view)
{
	struct layout_budget budget;
	enum status status = layout_budget_init(&budget, from);

	return status == OK ? fill(layout, from, &budget, view) : status;
}

enum status capnp_decode(const struct capnp_layout *layout, const void *segment, uint32_t size,
                         void *view)
{
	struct capnp_segment whole;
	struct capnp_struct root;

	enum status status = capnp_segment_init(&whole, segment, size, NULL, 0);
	if (status == OK)
		status = capnp_root(&whole, &root);
	if (status != OK)
		return status;
	return capnp_decode_struct(layout, &root, view);
}

enum status capnp_ref_read(const struct capnp_layout *layout, const void *ref, void *view)
{
	struct capnp_any_ref any;

	memcpy(&any, ref, sizeof(any));
	if (any.item != NULL) {
		memcpy(view, any.item, layout->view_size);
		return OK;
	}
	return fill(layout, &any.encoded, NULL, view);
}

enum status capnp_list_read(const struct capnp_layout *layout, const void *list, uint32_t index,
                            void *view)
{
	struct capnp_any_list any;
	struct capnp_struct element;

	memcpy(&any, list, sizeof(any));
	if (index >= any.count)
		return ERR_BAD_ARG;
	if (any.items != NULL) {
		memcpy(view, (const uint8_t *)any.items + (size_t)index * layout->view_size,
		       layout->view_size);
		return OK;
	}
	enum status status = capnp_list_struct(&any.encoded, index, &element);
	if (status != OK)
		return status;
	return fill(layout, &element, NULL, view);
}
