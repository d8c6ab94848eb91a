/* SPDX-License-Identifier: MIT */
/*
 * Walks what a message's root leads to against a budget before any of that is
 * used. What passes may be walked by its consumer in bounded time, however the
 * message shares its content.
 */
#include "layout.h"

static enum status check_struct(struct layout_budget *budget, const struct capnp_layout *layout,
                                const struct capnp_struct *from, uint32_t depth);

/* Elements without content cost a word too: the consumer visits each. */
static enum status charge_list(struct layout_budget *budget, const struct capnp_list *list)
{
	const uint64_t bits = list->bits ? 1 : 8u * (uint64_t)list->step;

	return layout_charge(budget,
	                     bits > 0 ? ((uint64_t)list->count * bits + 63) / 64 : list->count);
}

static enum status check_element(struct layout_budget *budget, const struct capnp_field *field,
                                 const struct capnp_list *list, uint32_t index, uint32_t depth)
{
	struct capnp_struct element;
	struct capnp_data data = {0};
	struct capnp_text text = {0};
	cap_t cap;
	enum status status = OK;

	if (field->kind == CAPNP_STRUCT_LIST) {
		status = capnp_list_struct(list, index, &element);
		return status == OK ? check_struct(budget, field->of, &element, depth) : status;
	}
	if (field->kind == CAPNP_TEXT_LIST)
		status = capnp_list_text(list, index, &text);
	else if (field->kind == CAPNP_DATA_LIST)
		status = capnp_list_data(list, index, &data);
	else
		status = capnp_list_cap(list, index, &cap);
	return status == OK ? layout_charge(budget, (data.size + text.size) / 8) : status;
}

static enum status check_list(struct layout_budget *budget, const struct capnp_field *field,
                              const struct capnp_struct *from, uint32_t depth)
{
	struct capnp_list list;

	enum status status = layout_find_list(from, field, &list);
	if (status == OK)
		status = charge_list(budget, &list);
	if (status != OK)
		return status;
	if (field->kind != CAPNP_STRUCT_LIST && list.pointer_count == 0)
		return OK;
	for (uint32_t i = 0; i < list.count && status == OK; i++)
		status = check_element(budget, field, &list, i, depth);
	return status;
}

static enum status check_field(struct layout_budget *budget, const struct capnp_field *field,
                               const struct capnp_struct *from, uint32_t depth);

static enum status check_fields(struct layout_budget *budget, const struct capnp_layout *layout,
                                const struct capnp_struct *from, uint32_t depth)
{
	const uint16_t which = layout_which(layout, from);

	for (uint32_t i = 0; i < layout->field_count; i++) {
		if (!layout_field_active(&layout->fields[i], which))
			continue;
		enum status status = check_field(budget, &layout->fields[i], from, depth);
		if (status != OK)
			return status;
	}
	return OK;
}

static enum status check_field(struct layout_budget *budget, const struct capnp_field *field,
                               const struct capnp_struct *from, uint32_t depth)
{
	struct capnp_struct inner;
	struct capnp_text text;
	struct capnp_data data;
	cap_t cap;
	enum status status;

	switch (field->kind) {
	case CAPNP_BOOL:
	case CAPNP_BITS8:
	case CAPNP_BITS16:
	case CAPNP_BITS32:
	case CAPNP_BITS64:
	case CAPNP_ENUM: return OK;
	case CAPNP_TEXT:
		status = capnp_struct_text(from, field->offset, &text);
		return status == OK ? layout_charge(budget, text.size / 8) : status;
	case CAPNP_DATA:
		status = capnp_struct_data(from, field->offset, &data);
		return status == OK ? layout_charge(budget, data.size / 8) : status;
	case CAPNP_CAP: return capnp_struct_cap(from, field->offset, &cap);
	case CAPNP_GROUP: return check_fields(budget, field->of, from, depth);
	case CAPNP_STRUCT:
		status = capnp_struct_struct(from, field->offset, &inner);
		if (status != OK || inner.segment.words == NULL)
			return status;
		return check_struct(budget, field->of, &inner, depth);
	case CAPNP_VOID_LIST:
	case CAPNP_BOOL_LIST:
	case CAPNP_BITS8_LIST:
	case CAPNP_BITS16_LIST:
	case CAPNP_BITS32_LIST:
	case CAPNP_BITS64_LIST:
	case CAPNP_TEXT_LIST:
	case CAPNP_DATA_LIST:
	case CAPNP_CAP_LIST:
	case CAPNP_STRUCT_LIST: return check_list(budget, field, from, depth);
	}
	return ERR_BAD_ARG;
}

static enum status check_struct(struct layout_budget *budget, const struct capnp_layout *layout,
                                const struct capnp_struct *from, uint32_t depth)
{
	if (depth == 0)
		return ERR_BAD_ARG;
	enum status status = layout_charge(budget, 1 + from->data_size / 8 + from->pointer_count);
	if (status != OK)
		return status;
	return check_fields(budget, layout, from, depth - 1);
}

enum status layout_budget_init(struct layout_budget *budget, const struct capnp_struct *from)
{
	/* a few words more for messages in registers, which have no segment */
	budget->words = CAPNP_TRAVERSAL_FACTOR * ((uint64_t)from->segment.word_count + 8);
	return layout_charge(budget, 1 + from->data_size / 8 + from->pointer_count);
}

enum status layout_check_field(struct layout_budget *budget, const struct capnp_field *field,
                               const struct capnp_struct *from)
{
	return check_field(budget, field, from, CAPNP_DEPTH_MAX - 1);
}
