/* SPDX-License-Identifier: MIT */
#include "layout.h"

/* Is the list's form that of its field's type? An absent list is of any. */
static bool list_fits(const struct capnp_list *list, enum capnp_kind kind)
{
	if (list->segment.words == NULL)
		return true;
	switch (kind) {
	case CAPNP_BOOL_LIST: return list->bits;
	case CAPNP_STRUCT_LIST: return capnp_list_of_structs(list);
	case CAPNP_TEXT_LIST:
	case CAPNP_DATA_LIST:
	case CAPNP_CAP_LIST: return capnp_list_of_pointers(list);
	case CAPNP_VOID_LIST:
	case CAPNP_BITS8_LIST:
	case CAPNP_BITS16_LIST:
	case CAPNP_BITS32_LIST:
	case CAPNP_BITS64_LIST: return capnp_list_of_numbers(list, layout_number_size(kind));
	case CAPNP_BOOL:
	case CAPNP_BITS8:
	case CAPNP_BITS16:
	case CAPNP_BITS32:
	case CAPNP_BITS64:
	case CAPNP_ENUM:
	case CAPNP_TEXT:
	case CAPNP_DATA:
	case CAPNP_CAP:
	case CAPNP_STRUCT:
	case CAPNP_GROUP: return false;
	}
	return false;
}

enum status layout_find_list(const struct capnp_struct *from, const struct capnp_field *field,
                             struct capnp_list *out)
{
	enum status status = capnp_struct_list(from, field->offset, out);

	if (status == OK && !list_fits(out, field->kind))
		return ERR_BAD_ARG;
	return status;
}
