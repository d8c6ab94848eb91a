/* SPDX-License-Identifier: MIT */
/* Appends content to a segment and lets pointers point at it (see reader.c for their form). */
#include <base/capnp.h>

#include "number.h"

enum { WORDS_MAX = 1 << 28, COUNT_MAX = (1 << 29) - 1 };

static enum status allocate(struct capnp_builder *builder, uint64_t words, uint64_t **out)
{
	if (words > builder->capacity - builder->word_count)
		return ERR_INSUFFICIENT_RAM;
	*out = builder->words + builder->word_count;
	memset(*out, 0, (size_t)words * 8);
	builder->word_count += (uint32_t)words;
	return OK;
}

/* The lower half of a pointer: kind and offset. */
static uint64_t pointer_to(const uint64_t *pointer, const uint64_t *content, uint32_t kind)
{
	return (uint32_t)(content - pointer - 1) << 2 | kind;
}

static struct capnp_target target_at(struct capnp_builder *builder, uint64_t *start,
                                     uint16_t data_words)
{
	return (struct capnp_target){
		.builder = builder,
		.data = (uint8_t *)start,
		.pointers = start + data_words,
	};
}

enum status capnp_builder_init(struct capnp_builder *builder, void *memory, size_t capacity,
                               cap_t *caps, uint32_t cap_capacity)
{
	if (memory == NULL || (uintptr_t)memory % 8 != 0)
		return ERR_BAD_ARG;
	*builder = (struct capnp_builder){
		.words = memory,
		.capacity = capacity / 8 < WORDS_MAX ? (uint32_t)(capacity / 8) : WORDS_MAX,
		.caps = caps,
		.cap_capacity = cap_capacity,
	};
	return OK;
}

enum status capnp_builder_root(struct capnp_builder *builder, uint16_t data_words,
                               uint16_t pointer_count, struct capnp_target *out)
{
	uint64_t *pointer;

	enum status status = allocate(builder, 1, &pointer);
	if (status != OK)
		return status;
	return capnp_put_struct(builder, pointer, data_words, pointer_count, out);
}

void capnp_put_number(struct capnp_target *to, uint32_t offset, uint32_t size, uint64_t value)
{
	number_store(to->data + offset, size, value);
}

void capnp_put_bit(struct capnp_target *to, uint32_t bit, bool value)
{
	const uint8_t mask = (uint8_t)(1u << bit % 8);

	if (value)
		to->data[bit / 8] |= mask;
	else
		to->data[bit / 8] &= (uint8_t)~mask;
}

enum status capnp_put_text(struct capnp_builder *builder, uint64_t *pointer, struct capnp_text text)
{
	uint8_t *to;

	if (text.size >= COUNT_MAX)
		return ERR_BAD_ARG;
	enum status status = capnp_put_list(builder, pointer, 8, text.size + 1, &to);
	if (status == OK && text.size > 0)
		memcpy(to, text.at, text.size);
	return status;
}

enum status capnp_put_data(struct capnp_builder *builder, uint64_t *pointer, struct capnp_data data)
{
	uint8_t *to;

	enum status status = capnp_put_list(builder, pointer, 8, data.size, &to);
	if (status == OK && data.size > 0)
		memcpy(to, data.at, data.size);
	return status;
}

enum status capnp_put_struct(struct capnp_builder *builder, uint64_t *pointer, uint16_t data_words,
                             uint16_t pointer_count, struct capnp_target *out)
{
	uint64_t *content;

	enum status status = allocate(builder, (uint64_t)data_words + pointer_count, &content);
	if (status != OK)
		return status;

	/* one of size zero must not look like a null pointer: it points at itself */
	const uint64_t *at = data_words + pointer_count > 0 ? content : pointer;
	*pointer = pointer_to(pointer, at, 0) | (uint64_t)data_words << 32 |
	           (uint64_t)pointer_count << 48;
	*out = target_at(builder, content, data_words);
	return OK;
}

enum status capnp_put_cap(struct capnp_builder *builder, uint64_t *pointer, cap_t cap)
{
	if (cap.id == 0) {
		*pointer = 0;
		return OK;
	}
	if (builder->cap_count >= builder->cap_capacity)
		return ERR_INSUFFICIENT_CAPS;
	*pointer = 3 | (uint64_t)builder->cap_count << 32;
	builder->caps[builder->cap_count] = cap;
	builder->cap_count++;
	return OK;
}

static enum status put_list(struct capnp_builder *builder, uint64_t *pointer, uint32_t code,
                            uint64_t words, uint32_t count, uint64_t **out)
{
	if (count > COUNT_MAX)
		return ERR_BAD_ARG;
	enum status status = allocate(builder, words, out);
	if (status != OK)
		return status;
	*pointer = pointer_to(pointer, *out, 1) | (uint64_t)code << 32 | (uint64_t)count << 35;
	return OK;
}

static uint32_t element_code(uint32_t bits)
{
	uint32_t code = 0;

	for (; bits > 0; bits = bits == 8 ? 1 : bits / 2)
		code++;
	return code;
}

enum status capnp_put_list(struct capnp_builder *builder, uint64_t *pointer, uint32_t bits,
                           uint32_t count, uint8_t **out)
{
	const uint64_t words = ((uint64_t)count * bits + 63) / 64;
	uint64_t *content;

	enum status status = put_list(builder, pointer, element_code(bits), words, count, &content);
	if (status == OK)
		*out = (uint8_t *)content;
	return status;
}

enum status capnp_put_pointer_list(struct capnp_builder *builder, uint64_t *pointer, uint32_t count,
                                   uint64_t **out)
{
	return put_list(builder, pointer, 6, count, count, out);
}

enum status capnp_put_struct_list(struct capnp_builder *builder, uint64_t *pointer, uint32_t count,
                                  uint16_t data_words, uint16_t pointer_count, uint64_t **out)
{
	const uint64_t words = (uint64_t)count * ((uint64_t)data_words + pointer_count);
	uint64_t *content;

	if (count > COUNT_MAX || words > COUNT_MAX)
		return ERR_BAD_ARG;
	enum status status = put_list(builder, pointer, 7, words + 1, (uint32_t)words, &content);
	if (status != OK)
		return status;
	content[0] =
		(uint64_t)count << 2 | (uint64_t)data_words << 32 | (uint64_t)pointer_count << 48;
	*out = content + 1;
	return OK;
}

struct capnp_target capnp_target_at(struct capnp_builder *builder, uint64_t *elements,
                                    uint32_t index, uint16_t data_words, uint16_t pointer_count)
{
	const size_t element_words = (size_t)data_words + pointer_count;

	return target_at(builder, elements + index * element_words, data_words);
}
