/* SPDX-License-Identifier: MIT */
#include "walk.h"

struct walker {
	const struct codec_schema *schema;
	const struct visitor *visitor;
	void *self;
	struct failure failure;
	uint64_t budget; /* words that may still be visited */
};

static enum status walk_struct(struct walker *walker, const struct codec_struct *type,
                               const struct capnp_struct *from, uint32_t depth);

static enum status malformed(struct walker *walker, enum status status)
{
	if (status == OK)
		return OK;
	return failure_set(&walker->failure, "the message is malformed");
}

static enum status charge(struct walker *walker, uint64_t words)
{
	if (words > walker->budget)
		return failure_set(&walker->failure,
		                   "the message points at its own content too often");
	walker->budget -= words;
	return OK;
}

static enum status tell_number(struct walker *walker, enum codec_kind kind, uint16_t of,
                               uint64_t bits)
{
	struct walk_value value = {.kind = kind, .bits = bits};

	if (kind == CODEC_ENUM)
		value.name = schema_enumerant(walker->schema, of, bits, walker->visitor->lua_names);
	return walker->visitor->value(walker->self, &value);
}

static enum status tell_bytes(struct walker *walker, enum codec_kind kind, const void *at,
                              uint32_t size)
{
	const struct walk_value value = {.kind = kind, .text = at != NULL ? at : "", .size = size};

	enum status status = charge(walker, size / 8);
	return status == OK ? walker->visitor->value(walker->self, &value) : status;
}

static enum status walk_pointer_element(struct walker *walker, const struct codec_field *field,
                                        const struct capnp_list *list, uint32_t i, uint32_t depth)
{
	struct capnp_struct element;
	struct capnp_text text;
	struct capnp_data data;
	enum status status;

	if (field->element == CODEC_TEXT) {
		status = malformed(walker, capnp_list_text(list, i, &text));
		return status == OK ? tell_bytes(walker, CODEC_TEXT, text.at, text.size) : status;
	}
	if (field->element == CODEC_DATA) {
		status = malformed(walker, capnp_list_data(list, i, &data));
		return status == OK ? tell_bytes(walker, CODEC_DATA, data.at, data.size) : status;
	}
	status = malformed(walker, capnp_list_struct(list, i, &element));
	if (status != OK)
		return status;
	return walk_struct(walker, schema_struct(walker->schema, field->of), &element, depth);
}

static enum status walk_element(struct walker *walker, const struct codec_field *field,
                                const struct capnp_list *list, uint32_t i, uint32_t depth)
{
	const enum codec_kind kind = (enum codec_kind)field->element;

	if (kind == CODEC_TEXT || kind == CODEC_DATA || kind == CODEC_STRUCT)
		return walk_pointer_element(walker, field, list, i, depth);
	if (kind == CODEC_BOOL)
		return tell_number(walker, kind, field->of, capnp_list_bit(list, i) ? 1 : 0);
	return tell_number(walker, kind, field->of,
	                   capnp_list_number(list, i, kind_bits(kind) / 8));
}

static bool list_fits(const struct capnp_list *list, enum codec_kind element)
{
	switch (element) {
	case CODEC_BOOL: return list->bits;
	case CODEC_STRUCT: return capnp_list_of_structs(list);
	case CODEC_TEXT:
	case CODEC_DATA: return capnp_list_of_pointers(list);
	case CODEC_VOID:
	case CODEC_INT8:
	case CODEC_INT16:
	case CODEC_INT32:
	case CODEC_INT64:
	case CODEC_UINT8:
	case CODEC_UINT16:
	case CODEC_UINT32:
	case CODEC_UINT64:
	case CODEC_FLOAT32:
	case CODEC_FLOAT64:
	case CODEC_ENUM: return capnp_list_of_numbers(list, kind_bits(element) / 8);
	case CODEC_LIST:
	case CODEC_INTERFACE:
	case CODEC_GROUP: return false;
	}
	return false;
}

static enum status walk_list(struct walker *walker, const struct codec_field *field,
                             const struct capnp_list *list, uint32_t depth)
{
	const struct visitor *visitor = walker->visitor;
	const uint64_t bits = list->bits ? 1 : 8 * (uint64_t)list->step;
	/* elements without content are visited, too */
	const uint64_t words = bits > 0 ? (list->count * bits + 63) / 64 : list->count;

	if (!list_fits(list, (enum codec_kind)field->element))
		return failure_set(&walker->failure, "the message has another kind of list");
	enum status status = charge(walker, words);
	if (status == OK)
		status = visitor->open(walker->self, true, list->count);
	for (uint32_t i = 0; i < list->count && status == OK; i++) {
		const uint32_t mark = failure_enter_element(&walker->failure, i + 1);

		status = visitor->element(walker->self, i);
		if (status == OK)
			status = walk_element(walker, field, list, i, depth);
		if (status == OK)
			status = visitor->done(walker->self, true, i);
		if (status == OK)
			failure_leave(&walker->failure, mark);
	}
	return status == OK ? visitor->close(walker->self, true) : status;
}

static uint64_t read_number(const struct codec_field *field, const struct capnp_struct *from)
{
	const uint32_t size = kind_bits((enum codec_kind)field->kind) / 8;

	if (field->kind == CODEC_BOOL)
		return (capnp_struct_bit(from, field->offset) ? 1 : 0) ^ (field->otherwise & 1);
	return (capnp_struct_number(from, field->offset * size, size) ^ field->otherwise) &
	       (size > 0 ? UINT64_MAX >> (64 - 8 * size) : 0);
}

/* What a pointer field leads to, read and judged before the visitor hears of it. */
struct content {
	struct capnp_struct inner;
	struct capnp_list list;
	const void *bytes;
	uint32_t size;
	bool present;
};

static enum status read_bytes(const struct codec_field *field, const struct capnp_struct *from,
                              const struct codec_schema *schema, struct content *out)
{
	struct capnp_text text = {0};
	struct capnp_data data = {0};
	const bool of_text = field->kind == CODEC_TEXT;

	enum status status = of_text ? capnp_struct_text(from, field->offset, &text)
	                             : capnp_struct_data(from, field->offset, &data);
	out->bytes = of_text ? (const void *)text.at : (const void *)data.at;
	out->size = of_text ? text.size : data.size;
	if (status == OK && out->bytes == NULL && field->text_size > 0) {
		out->bytes = schema->bytes + field->otherwise;
		out->size = field->text_size;
	}
	out->present = out->bytes != NULL;
	return status;
}

static enum status read_content(const struct codec_field *field, const struct capnp_struct *from,
                                const struct codec_schema *schema, struct content *out)
{
	enum status status;

	*out = (struct content){0};
	switch ((enum codec_kind)field->kind) {
	case CODEC_TEXT:
	case CODEC_DATA: return read_bytes(field, from, schema, out);
	case CODEC_LIST:
		status = capnp_struct_list(from, field->offset, &out->list);
		out->present = out->list.segment.words != NULL && field->element != CODEC_INTERFACE;
		return status;
	case CODEC_STRUCT:
		status = capnp_struct_struct(from, field->offset, &out->inner);
		out->present = out->inner.segment.words != NULL;
		return status;
	case CODEC_INTERFACE: return OK;
	case CODEC_VOID:
	case CODEC_BOOL:
	case CODEC_INT8:
	case CODEC_INT16:
	case CODEC_INT32:
	case CODEC_INT64:
	case CODEC_UINT8:
	case CODEC_UINT16:
	case CODEC_UINT32:
	case CODEC_UINT64:
	case CODEC_FLOAT32:
	case CODEC_FLOAT64:
	case CODEC_ENUM:
	case CODEC_GROUP: out->present = true; return OK;
	}
	return ERR_BAD_ARG;
}

static enum status walk_content(struct walker *walker, const struct codec_field *field,
                                const struct capnp_struct *from, const struct content *content,
                                uint32_t depth)
{
	const enum codec_kind kind = (enum codec_kind)field->kind;

	if (kind == CODEC_TEXT || kind == CODEC_DATA)
		return tell_bytes(walker, kind, content->bytes, content->size);
	if (kind == CODEC_LIST)
		return walk_list(walker, field, &content->list, depth);
	if (kind == CODEC_STRUCT)
		return walk_struct(walker, schema_struct(walker->schema, field->of),
		                   &content->inner, depth);
	if (kind == CODEC_GROUP)
		return walk_struct(walker, schema_struct(walker->schema, field->of), from, depth);
	return tell_number(walker, kind, field->of, read_number(field, from));
}

static enum status walk_field(struct walker *walker, const struct codec_field *field,
                              const struct capnp_struct *from, uint32_t depth)
{
	const struct visitor *visitor = walker->visitor;
	const char *name =
		schema_string(walker->schema, visitor->lua_names ? field->lua_name : field->name);
	const uint32_t mark = failure_enter(&walker->failure, name);
	struct content content;

	enum status status = malformed(walker, read_content(field, from, walker->schema, &content));
	if (status != OK)
		return status;
	if (content.present) {
		status = visitor->member(walker->self, name);
		if (status == OK)
			status = walk_content(walker, field, from, &content, depth);
		if (status == OK)
			status = visitor->done(walker->self, false, 0);
	}
	if (status == OK)
		failure_leave(&walker->failure, mark);
	return status;
}

static enum status walk_struct(struct walker *walker, const struct codec_struct *type,
                               const struct capnp_struct *from, uint32_t depth)
{
	const uint64_t which = type->member_count > 0
	                               ? capnp_struct_number(from, type->which_offset * 2, 2)
	                               : CODEC_NONE;

	if (depth == 0)
		return failure_set(&walker->failure, "nested too deeply");
	enum status status = charge(walker, 1 + from->data_size / 8 + from->pointer_count);
	if (status == OK)
		status = walker->visitor->open(walker->self, false, type->field_count);
	for (uint32_t i = 0; i < type->field_count && status == OK; i++) {
		const struct codec_field *field = schema_field(walker->schema, type, i);

		if (field->discriminant == CODEC_NONE || field->discriminant == which)
			status = walk_field(walker, field, from, depth - 1);
	}
	return status == OK ? walker->visitor->close(walker->self, false) : status;
}

enum status walk_message(const struct codec_schema *schema, const char *struct_name,
                         const void *segment, size_t size, const struct visitor *visitor,
                         void *self, struct codec_error *error)
{
	const struct codec_struct *type = schema_find(schema, struct_name);
	struct walker walker = {.schema = schema, .visitor = visitor, .self = self};
	struct codec_error unwanted;
	struct capnp_segment whole;
	struct capnp_struct root = {0};

	failure_init(&walker.failure, error != NULL ? error : &unwanted);
	if (type == NULL)
		return failure_set(&walker.failure, "the schema has no struct '%.60s'",
		                   struct_name);
	enum status status = capnp_segment_init(&whole, segment, size, NULL, 0);
	if (status == OK)
		status = capnp_root(&whole, &root);
	if (status != OK)
		return malformed(&walker, status);
	/* groups are charged like structs, so a message may cost its size once per level of them */
	walker.budget = CAPNP_TRAVERSAL_FACTOR * ((uint64_t)whole.word_count + 8);
	return walk_struct(&walker, type, &root, CODEC_DEPTH_MAX);
}
