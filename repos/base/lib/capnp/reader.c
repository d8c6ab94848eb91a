/* SPDX-License-Identifier: MIT */
/*
 * Follows pointers. A pointer is one word:
 *
 *   struct      0 in bits 0..1, offset 2..31, data words 32..47, pointers 48..63
 *   list        1 in bits 0..1, offset 2..31, element size 32..34, count 35..63
 *   capability  3 in bits 0..31, index 32..63
 *
 * Offsets count words from the one behind the pointer. Each function here
 * reads a pointer word once and refuses what does not lie in the segment.
 */
#include <base/capnp.h>

#include "number.h"

enum pointer_kind {
	POINTER_STRUCT,
	POINTER_LIST,
	POINTER_FAR,
	POINTER_OTHER,
};

enum element_size {
	ELEMENT_VOID,
	ELEMENT_BIT,
	ELEMENT_BYTE,
	ELEMENT_POINTER = 6,
	ELEMENT_COMPOSITE = 7,
};

static enum pointer_kind pointer_kind(uint64_t pointer)
{
	return (enum pointer_kind)(pointer & 3);
}

static uint16_t struct_data_words(uint64_t pointer)
{
	return (uint16_t)(pointer >> 32);
}

static uint16_t struct_pointer_count(uint64_t pointer)
{
	return (uint16_t)(pointer >> 48);
}

/* Finds `words` words of content behind a pointer at `at`. */
static enum status find_content(const struct capnp_segment *segment, const uint64_t *at,
                                uint64_t pointer, uint64_t words, const uint64_t **out)
{
	const int64_t offset = (int32_t)(uint32_t)pointer >> 2;
	const int64_t start = at - segment->words + 1 + offset;

	if (start < 0 || start > (int64_t)segment->word_count)
		return ERR_BAD_ARG;
	if (words > (uint64_t)segment->word_count - (uint64_t)start)
		return ERR_BAD_ARG;
	*out = segment->words + start;
	return OK;
}

static enum status read_struct(const struct capnp_segment *segment, const uint64_t *at,
                               struct capnp_struct *out)
{
	const uint64_t pointer = at != NULL ? *at : 0;
	const uint16_t data_words = struct_data_words(pointer);
	const uint16_t pointer_count = struct_pointer_count(pointer);
	const uint64_t *start;

	if (pointer == 0) {
		*out = (struct capnp_struct){0};
		return OK;
	}
	if (pointer_kind(pointer) != POINTER_STRUCT)
		return ERR_BAD_ARG;
	const uint64_t words = (uint64_t)data_words + pointer_count;
	enum status status = find_content(segment, at, pointer, words, &start);
	if (status != OK)
		return status;
	*out = (struct capnp_struct){
		.segment = *segment,
		.data = (const uint8_t *)start,
		.pointers = start + data_words,
		.data_size = 8u * data_words,
		.pointer_count = pointer_count,
	};
	return OK;
}

static enum status read_composite_list(const struct capnp_segment *segment, const uint64_t *at,
                                       uint64_t pointer, struct capnp_list *out)
{
	const uint64_t content_words = pointer >> 35;
	const uint64_t *start;

	enum status status = find_content(segment, at, pointer, content_words + 1, &start);
	if (status != OK)
		return status;

	const uint64_t tag = *start;
	const uint32_t count = (uint32_t)tag >> 2;
	const uint32_t element_words = (uint32_t)struct_data_words(tag) + struct_pointer_count(tag);

	/* both factors are below 2^30, so the product cannot overflow */
	if (pointer_kind(tag) != POINTER_STRUCT || (uint64_t)count * element_words > content_words)
		return ERR_BAD_ARG;
	*out = (struct capnp_list){
		.segment = *segment,
		.data = (const uint8_t *)(start + 1),
		.count = count,
		.step = 8 * element_words,
		.data_size = 8u * struct_data_words(tag),
		.pointer_count = struct_pointer_count(tag),
		.composite = true,
	};
	return OK;
}

static enum status read_list(const struct capnp_segment *segment, const uint64_t *at,
                             struct capnp_list *out)
{
	static const uint8_t element_bits[] = {0, 1, 8, 16, 32, 64, 64};

	const uint64_t pointer = at != NULL ? *at : 0;
	const uint32_t size = (uint32_t)(pointer >> 32) & 7;
	const uint32_t count = (uint32_t)(pointer >> 35);
	const uint64_t *start;

	if (pointer == 0) {
		*out = (struct capnp_list){0};
		return OK;
	}
	if (pointer_kind(pointer) != POINTER_LIST)
		return ERR_BAD_ARG;
	if (size == ELEMENT_COMPOSITE)
		return read_composite_list(segment, at, pointer, out);

	const uint64_t bits = (uint64_t)count * element_bits[size];
	enum status status = find_content(segment, at, pointer, (bits + 63) / 64, &start);
	if (status != OK)
		return status;
	*out = (struct capnp_list){
		.segment = *segment,
		.data = (const uint8_t *)start,
		.count = count,
		.step = element_bits[size] / 8u,
		.data_size = size == ELEMENT_POINTER ? 0 : element_bits[size] / 8u,
		.pointer_count = size == ELEMENT_POINTER,
		.bits = size == ELEMENT_BIT,
	};
	return OK;
}

static enum status read_bytes(const struct capnp_segment *segment, const uint64_t *at,
                              struct capnp_data *out)
{
	const uint64_t pointer = at != NULL ? *at : 0;
	const uint32_t count = (uint32_t)(pointer >> 35);
	const uint64_t *start;

	if (pointer == 0) {
		*out = (struct capnp_data){0};
		return OK;
	}
	if (pointer_kind(pointer) != POINTER_LIST || ((pointer >> 32) & 7) != ELEMENT_BYTE)
		return ERR_BAD_ARG;
	enum status status = find_content(segment, at, pointer, ((uint64_t)count + 7) / 8, &start);
	if (status == OK)
		*out = (struct capnp_data){.at = (const uint8_t *)start, .size = count};
	return status;
}

static enum status read_text(const struct capnp_segment *segment, const uint64_t *at,
                             struct capnp_text *out)
{
	struct capnp_data bytes;

	enum status status = read_bytes(segment, at, &bytes);
	if (status != OK)
		return status;
	if (bytes.at == NULL) {
		*out = (struct capnp_text){0};
		return OK;
	}
	if (bytes.size == 0 || bytes.at[bytes.size - 1] != 0)
		return ERR_BAD_ARG;
	*out = (struct capnp_text){.at = (const char *)bytes.at, .size = bytes.size - 1};
	return OK;
}

static enum status read_cap(const struct capnp_segment *segment, const uint64_t *at, cap_t *out)
{
	const uint64_t pointer = at != NULL ? *at : 0;
	const uint32_t index = (uint32_t)(pointer >> 32);

	if (pointer == 0) {
		*out = (cap_t){0};
		return OK;
	}
	if ((uint32_t)pointer != POINTER_OTHER || index >= segment->cap_count)
		return ERR_BAD_ARG;
	*out = segment->caps[index];
	return OK;
}

enum status capnp_segment_init(struct capnp_segment *segment, const void *memory, size_t size,
                               const cap_t *caps, uint32_t cap_count)
{
	if (memory == NULL || (uintptr_t)memory % 8 != 0)
		return ERR_BAD_ARG;
	if (size < 8 || size % 8 != 0 || size / 8 > UINT32_MAX / 8)
		return ERR_BAD_ARG;
	*segment = (struct capnp_segment){
		.words = memory,
		.caps = caps,
		.word_count = (uint32_t)(size / 8),
		.cap_count = cap_count,
	};
	return OK;
}

enum status capnp_root(const struct capnp_segment *segment, struct capnp_struct *out)
{
	return read_struct(segment, segment->words, out);
}

uint64_t capnp_struct_number(const struct capnp_struct *from, uint32_t offset, uint32_t size)
{
	if (size == 0 || (uint64_t)offset + size > from->data_size)
		return 0;
	return number_load(from->data + offset, size);
}

bool capnp_struct_bit(const struct capnp_struct *from, uint32_t bit)
{
	return (capnp_struct_number(from, bit / 8, 1) >> bit % 8 & 1) != 0;
}

static const uint64_t *struct_pointer(const struct capnp_struct *from, uint32_t index)
{
	return index < from->pointer_count ? from->pointers + index : NULL;
}

enum status capnp_struct_text(const struct capnp_struct *from, uint32_t index,
                              struct capnp_text *out)
{
	return read_text(&from->segment, struct_pointer(from, index), out);
}

enum status capnp_struct_data(const struct capnp_struct *from, uint32_t index,
                              struct capnp_data *out)
{
	return read_bytes(&from->segment, struct_pointer(from, index), out);
}

enum status capnp_struct_struct(const struct capnp_struct *from, uint32_t index,
                                struct capnp_struct *out)
{
	return read_struct(&from->segment, struct_pointer(from, index), out);
}

enum status capnp_struct_list(const struct capnp_struct *from, uint32_t index,
                              struct capnp_list *out)
{
	return read_list(&from->segment, struct_pointer(from, index), out);
}

enum status capnp_struct_cap(const struct capnp_struct *from, uint32_t index, cap_t *out)
{
	if (from->bare) {
		*out = index < from->segment.cap_count ? from->segment.caps[index] : (cap_t){0};
		return OK;
	}
	return read_cap(&from->segment, struct_pointer(from, index), out);
}

static const uint64_t *list_pointer(const struct capnp_list *list, uint32_t index)
{
	return (const uint64_t *)(const void *)(list->data + (size_t)index * list->step);
}

uint64_t capnp_list_number(const struct capnp_list *list, uint32_t index, uint32_t size)
{
	return size == 0 ? 0 : number_load(list->data + (size_t)index * list->step, size);
}

bool capnp_list_bit(const struct capnp_list *list, uint32_t index)
{
	return (list->data[index / 8] >> index % 8 & 1) != 0;
}

enum status capnp_list_text(const struct capnp_list *list, uint32_t index, struct capnp_text *out)
{
	return read_text(&list->segment, list_pointer(list, index), out);
}

enum status capnp_list_data(const struct capnp_list *list, uint32_t index, struct capnp_data *out)
{
	return read_bytes(&list->segment, list_pointer(list, index), out);
}

enum status capnp_list_struct(const struct capnp_list *list, uint32_t index,
                              struct capnp_struct *out)
{
	const uint8_t *data = list->data + (size_t)index * list->step;

	*out = (struct capnp_struct){
		.segment = list->segment,
		.data = data,
		.data_size = list->data_size,
		.pointer_count = list->pointer_count,
	};
	if (list->pointer_count > 0)
		out->pointers = (const uint64_t *)(const void *)(data + list->data_size);
	return OK;
}

enum status capnp_list_list(const struct capnp_list *list, uint32_t index, struct capnp_list *out)
{
	return read_list(&list->segment, list_pointer(list, index), out);
}

enum status capnp_list_cap(const struct capnp_list *list, uint32_t index, cap_t *out)
{
	return read_cap(&list->segment, list_pointer(list, index), out);
}

bool capnp_list_of_numbers(const struct capnp_list *list, uint32_t size)
{
	return !list->bits && !list->composite && list->pointer_count == 0 &&
	       list->data_size == size;
}

bool capnp_list_of_pointers(const struct capnp_list *list)
{
	return !list->composite && list->pointer_count == 1;
}

/* A list of numbers may have grown into one of structs, whose first field they are. */
bool capnp_list_of_structs(const struct capnp_list *list)
{
	return !list->bits;
}

enum status capnp_text_list_get(const struct capnp_text_list *list, uint32_t index,
                                struct capnp_text *out)
{
	if (index >= list->count)
		return ERR_BAD_ARG;
	if (list->items != NULL) {
		*out = list->items[index];
		return OK;
	}
	enum status status = capnp_list_text(&list->encoded, index, out);
	if (status == OK && out->at == NULL)
		out->at = "";
	return status;
}

enum status capnp_data_list_get(const struct capnp_data_list *list, uint32_t index,
                                struct capnp_data *out)
{
	if (index >= list->count)
		return ERR_BAD_ARG;
	if (list->items != NULL) {
		*out = list->items[index];
		return OK;
	}
	return capnp_list_data(&list->encoded, index, out);
}

enum status capnp_cap_list_get(const struct capnp_cap_list *list, uint32_t index, cap_t *out)
{
	if (index >= list->count)
		return ERR_BAD_ARG;
	if (list->items != NULL) {
		*out = list->items[index];
		return OK;
	}
	return capnp_list_cap(&list->encoded, index, out);
}
