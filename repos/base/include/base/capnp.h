/* SPDX-License-Identifier: MIT */
/*
 * Cap'n Proto messages of one segment, read in place.
 *
 * A reader never trusts what it reads: each pointer is checked against the
 * segment before it is followed, texts end in NUL inside of it, far pointers
 * are refused. What a struct lacks at its end reads as zero, what it has in
 * excess is ignored. All refusals are ERR_BAD_ARG. Everything read points
 * into the segment and lives as long as it.
 *
 * Generated code sits on <base/capnp_layout.h>; use this header directly
 * where the type is known only at run time (see <base/codec.h>).
 */
#pragma once

#include <abi/cap.h>
#include <abi/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CAPNP_DEPTH_MAX = 64,      /* structs within structs */
	CAPNP_TRAVERSAL_FACTOR = 8 /* a message may point at its own words this often */
};

/* A text; its size does not count the NUL behind it. To encode: at = NULL means the default. */
struct capnp_text {
	const char *at;
	uint32_t size;
};

struct capnp_data {
	const uint8_t *at;
	uint32_t size;
};

/* A segment of whole words and the capabilities that travelled beside it. */
struct capnp_segment {
	const uint64_t *words;
	const cap_t *caps;
	uint32_t word_count;
	uint32_t cap_count;
};

/*
 * A struct in a segment; all zero is the absent one, which reads as defaults.
 * The bare form is that of a message in registers: a data section alone,
 * capability i being number i of the segment's.
 */
struct capnp_struct {
	struct capnp_segment segment;
	const uint8_t *data;
	const uint64_t *pointers;
	uint32_t data_size; /* bytes */
	uint16_t pointer_count;
	bool bare;
};

/* A list's elements, or of one of bits (element_size 0 and bits true) its bytes. */
struct capnp_list {
	struct capnp_segment segment;
	const uint8_t *data;
	uint32_t count;
	uint32_t step;      /* bytes from one element to the next */
	uint32_t data_size; /* bytes of data in an element; its pointers follow */
	uint16_t pointer_count;
	bool bits;
	bool composite; /* the elements are structs */
};

/* A list as a member of a decoded struct: items in C's layout if not NULL, else `encoded`. */
struct capnp_any_list {
	const void *items;
	uint32_t count;
	struct capnp_list encoded;
};

/* Lists of numbers lie in the segment as in C. */
struct capnp_void_list {
	const void *items;
	uint32_t count;
};
struct capnp_int8_list {
	const int8_t *items;
	uint32_t count;
};
struct capnp_int16_list {
	const int16_t *items;
	uint32_t count;
};
struct capnp_int32_list {
	const int32_t *items;
	uint32_t count;
};
struct capnp_int64_list {
	const int64_t *items;
	uint32_t count;
};
struct capnp_uint8_list {
	const uint8_t *items;
	uint32_t count;
};
struct capnp_uint16_list {
	const uint16_t *items;
	uint32_t count;
}; /* enums, too */
struct capnp_uint32_list {
	const uint32_t *items;
	uint32_t count;
};
struct capnp_uint64_list {
	const uint64_t *items;
	uint32_t count;
};
struct capnp_float32_list {
	const float *items;
	uint32_t count;
};
struct capnp_float64_list {
	const double *items;
	uint32_t count;
};
struct capnp_bool_list {
	const uint8_t *items;
	uint32_t count;
}; /* bit i % 8 of items[i / 8] */

struct capnp_text_list {
	const struct capnp_text *items;
	uint32_t count;
	struct capnp_list encoded;
};

struct capnp_data_list {
	const struct capnp_data *items;
	uint32_t count;
	struct capnp_list encoded;
};

struct capnp_cap_list {
	const cap_t *items;
	uint32_t count;
	struct capnp_list encoded;
};

/* A NUL-terminated string as a text. */
struct capnp_text capnp_text_of(const char *string);
bool capnp_text_equal(struct capnp_text text, const char *string);

static inline bool capnp_bool_list_get(const struct capnp_bool_list *list, uint32_t index)
{
	return (list->items[index / 8] >> index % 8 & 1) != 0;
}

/* Element `index` of a list; ERR_BAD_ARG beyond its end. */
enum status capnp_text_list_get(const struct capnp_text_list *list, uint32_t index,
                                struct capnp_text *out);
enum status capnp_data_list_get(const struct capnp_data_list *list, uint32_t index,
                                struct capnp_data *out);
enum status capnp_cap_list_get(const struct capnp_cap_list *list, uint32_t index, cap_t *out);

/* Takes memory (8-aligned, of whole words) as a segment. */
enum status capnp_segment_init(struct capnp_segment *segment, const void *memory, size_t size,
                               const cap_t *caps, uint32_t cap_count);
/* The struct that the segment's first word points at. */
enum status capnp_root(const struct capnp_segment *segment, struct capnp_struct *out);

/* Numbers of a struct: size bytes (at most 8) at a byte offset, or one bit. */
uint64_t capnp_struct_number(const struct capnp_struct *from, uint32_t offset, uint32_t size);
bool capnp_struct_bit(const struct capnp_struct *from, uint32_t bit);

/* What pointer `index` of a struct leads to; a null or absent one answers a zeroed *out. */
enum status capnp_struct_text(const struct capnp_struct *from, uint32_t index,
                              struct capnp_text *out);
enum status capnp_struct_data(const struct capnp_struct *from, uint32_t index,
                              struct capnp_data *out);
enum status capnp_struct_struct(const struct capnp_struct *from, uint32_t index,
                                struct capnp_struct *out);
enum status capnp_struct_list(const struct capnp_struct *from, uint32_t index,
                              struct capnp_list *out);
enum status capnp_struct_cap(const struct capnp_struct *from, uint32_t index, cap_t *out);

/* The same for element `index` of a list, which must be below its count. Of `size` 0: 0. */
uint64_t capnp_list_number(const struct capnp_list *list, uint32_t index, uint32_t size);
bool capnp_list_bit(const struct capnp_list *list, uint32_t index);
enum status capnp_list_text(const struct capnp_list *list, uint32_t index, struct capnp_text *out);
enum status capnp_list_data(const struct capnp_list *list, uint32_t index, struct capnp_data *out);
enum status capnp_list_struct(const struct capnp_list *list, uint32_t index,
                              struct capnp_struct *out);
enum status capnp_list_list(const struct capnp_list *list, uint32_t index, struct capnp_list *out);
enum status capnp_list_cap(const struct capnp_list *list, uint32_t index, cap_t *out);

/* Does a list hold numbers of this size (bytes; 0: Void), pointers, structs? */
bool capnp_list_of_numbers(const struct capnp_list *list, uint32_t size);
bool capnp_list_of_pointers(const struct capnp_list *list);
bool capnp_list_of_structs(const struct capnp_list *list);

/*
 * A message being written, front to back into memory of the caller. Content
 * appears in the order of allocation; writing parents before children, fields
 * in the order of the schema, gives the same bytes for the same values.
 */
struct capnp_builder {
	uint64_t *words;
	uint32_t word_count; /* used so far */
	uint32_t capacity;   /* in words */
	cap_t *caps;
	uint32_t cap_count;
	uint32_t cap_capacity;
};

/* A struct under construction. */
struct capnp_target {
	struct capnp_builder *builder;
	uint8_t *data;
	uint64_t *pointers;
};

/* Takes memory (8-aligned) and room for capabilities (none: NULL and 0). */
enum status capnp_builder_init(struct capnp_builder *builder, void *memory, size_t capacity,
                               cap_t *caps, uint32_t cap_capacity);
/* The first struct. All below answer ERR_INSUFFICIENT_RAM when the memory is too small. */
enum status capnp_builder_root(struct capnp_builder *builder, uint16_t data_words,
                               uint16_t pointer_count, struct capnp_target *out);

void capnp_put_number(struct capnp_target *to, uint32_t offset, uint32_t size, uint64_t value);
void capnp_put_bit(struct capnp_target *to, uint32_t bit, bool value);
/* Content behind a pointer, which is a word of the segment. */
enum status capnp_put_text(struct capnp_builder *builder, uint64_t *pointer,
                           struct capnp_text text);
enum status capnp_put_data(struct capnp_builder *builder, uint64_t *pointer,
                           struct capnp_data data);
enum status capnp_put_struct(struct capnp_builder *builder, uint64_t *pointer, uint16_t data_words,
                             uint16_t pointer_count, struct capnp_target *out);
/* A capability; ERR_INSUFFICIENT_CAPS when there is no room for one more. */
enum status capnp_put_cap(struct capnp_builder *builder, uint64_t *pointer, cap_t cap);
/* Zeroed elements of `bits` bits each (0 1 8 16 32 64); *out is where they start. */
enum status capnp_put_list(struct capnp_builder *builder, uint64_t *pointer, uint32_t bits,
                           uint32_t count, uint8_t **out);
enum status capnp_put_pointer_list(struct capnp_builder *builder, uint64_t *pointer, uint32_t count,
                                   uint64_t **out);
/* Zeroed structs, one behind the other; capnp_target_at finds them. */
enum status capnp_put_struct_list(struct capnp_builder *builder, uint64_t *pointer, uint32_t count,
                                  uint16_t data_words, uint16_t pointer_count, uint64_t **out);
struct capnp_target capnp_target_at(struct capnp_builder *builder, uint64_t *elements,
                                    uint32_t index, uint16_t data_words, uint16_t pointer_count);
