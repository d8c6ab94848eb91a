/* SPDX-License-Identifier: MIT */
/*
 * Layouts: where a struct's fields lie in a message, and where in C.
 *
 * The schema compiler writes one layout per struct; decode and encode follow
 * it. The C side is called the view. Decoding checks the whole message once,
 * as far as the schema knows it, and then fills the root's view; lists and
 * structs behind pointers are filled when asked for. So walking all of a
 * decoded message is bounded: at most CAPNP_DEPTH_MAX levels and
 * CAPNP_TRAVERSAL_FACTOR times its size.
 */
#pragma once

#include <base/capnp.h>

enum capnp_kind {
	CAPNP_BOOL,
	CAPNP_BITS8,
	CAPNP_BITS16,
	CAPNP_BITS32,
	CAPNP_BITS64,
	CAPNP_ENUM, /* 16 bits in the message, an enum in C */
	CAPNP_TEXT,
	CAPNP_DATA,
	CAPNP_CAP,
	CAPNP_STRUCT,
	CAPNP_GROUP, /* same struct in the message, a struct of its own in C */
	CAPNP_VOID_LIST,
	CAPNP_BOOL_LIST,
	CAPNP_BITS8_LIST,
	CAPNP_BITS16_LIST,
	CAPNP_BITS32_LIST,
	CAPNP_BITS64_LIST,
	CAPNP_TEXT_LIST,
	CAPNP_DATA_LIST,
	CAPNP_CAP_LIST,
	CAPNP_STRUCT_LIST,
};

enum { CAPNP_ALWAYS = 0xffff }; /* the discriminant of fields outside the union */

struct capnp_layout;

struct capnp_field {
	enum capnp_kind kind;
	uint16_t discriminant;
	uint32_t offset;    /* in the data section, in its own size; or index of the pointer */
	uint32_t member;    /* in the view, bytes */
	uint64_t otherwise; /* default of a number */
	const char *text;   /* default of text and data, otherwise_size bytes; or NULL */
	uint32_t text_size;
	const struct capnp_layout *of; /* struct, list of structs, group */
};

struct capnp_layout {
	const struct capnp_field *fields;
	uint32_t field_count;
	uint32_t view_size;
	uint16_t data_words;
	uint16_t pointer_count;
	bool has_union;
	uint32_t which_offset; /* in the data section, in units of 16 bits */
	uint32_t which_member; /* in the view */
};

/* A struct behind a pointer as a member: item in C's layout if not NULL, else `encoded`. */
struct capnp_any_ref {
	const void *item;
	struct capnp_struct encoded;
};

/* Checks the message from this struct down, then fills the view. */
enum status capnp_decode_struct(const struct capnp_layout *layout, const struct capnp_struct *from,
                                void *view);
/* The same for a whole segment. */
enum status capnp_decode(const struct capnp_layout *layout, const void *segment, uint32_t size,
                         void *view);

/* Writes a view, and all it leads to, as a message. */
enum status capnp_encode_builder(const struct capnp_layout *layout, const void *view,
                                 struct capnp_builder *builder);
/* The same into plain memory; capabilities are refused. */
enum status capnp_encode(const struct capnp_layout *layout, const void *view, void *segment,
                         uint32_t capacity, uint32_t *out_size);

/* The struct of a reference (struct NAME_ref); defaults if it is absent. */
enum status capnp_ref_read(const struct capnp_layout *layout, const void *ref, void *view);
/* Element of a list of structs (struct NAME_list). */
enum status capnp_list_read(const struct capnp_layout *layout, const void *list, uint32_t index,
                            void *view);
