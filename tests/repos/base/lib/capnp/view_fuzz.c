/* SPDX-License-Identifier: MIT */
/* Any bytes as a message: reading all of it and writing it again must be safe. */
#include <rich/types.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static uint64_t again[1 << 14];
static uint64_t sum; /* so that nothing read is optimised away */

static void use_text(struct capnp_text text)
{
	for (uint32_t i = 0; i <= text.size; i++)
		sum += (uint8_t)text.at[i];
}

static void use_data(struct capnp_data data)
{
	for (uint32_t i = 0; i < data.size; i++)
		sum += data.at[i];
}

static void use_texts(const struct capnp_text_list *list)
{
	struct capnp_text text;

	for (uint32_t i = 0; i < list->count; i++) {
		if (capnp_text_list_get(list, i, &text) != OK)
			abort();
		use_text(text);
	}
}

static void use_mount(const struct mount *mount)
{
	struct small small;

	use_text(mount->at);
	switch (mount->which) {
	case MOUNT_ROM: break;
	case MOUNT_RAM: sum += mount->ram.size; break;
	case MOUNT_DEV: use_texts(&mount->dev.names); break;
	case MOUNT_LINK: use_text(mount->link); break;
	case MOUNT_INNER:
		if (small_read(&mount->inner, &small) != OK)
			abort();
		use_text(small.name);
		break;
	}
}

static void use_lists(const struct rich *rich)
{
	struct lists lists;
	struct capnp_data data;

	if (lists_read(&rich->lists, &lists) != OK)
		abort();
	use_texts(&lists.texts);
	for (uint32_t i = 0; i < lists.bools.count; i++)
		sum += capnp_bool_list_get(&lists.bools, i);
	for (uint32_t i = 0; i < lists.i64s.count; i++)
		sum += (uint64_t)lists.i64s.items[i];
	for (uint32_t i = 0; i < lists.colours.count; i++)
		sum += lists.colours.items[i];
	for (uint32_t i = 0; i < lists.datas.count; i++) {
		if (capnp_data_list_get(&lists.datas, i, &data) != OK)
			abort();
		use_data(data);
	}
}

static void use_rich(const struct rich *rich)
{
	struct mount mount;
	struct rich child;

	use_text(rich->text);
	use_data(rich->data);
	use_lists(rich);
	for (uint32_t i = 0; i < mount_list_size(&rich->mounts); i++) {
		if (mount_list_get(&rich->mounts, i, &mount) != OK)
			abort();
		use_mount(&mount);
	}
	for (uint32_t i = 0; i < rich_list_size(&rich->children); i++) {
		if (rich_list_get(&rich->children, i, &child) != OK)
			abort();
		use_rich(&child);
	}
	if (rich_present(&rich->next)) {
		if (rich_read(&rich->next, &child) != OK)
			abort();
		use_rich(&child);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint64_t *segment = malloc(size + 1);
	struct rich rich;
	uint32_t again_size;

	memcpy(segment, bytes, size);
	if (rich_decode(segment, (uint32_t)size, &rich) == OK) {
		use_rich(&rich);
		/* what is not part of the type may be malformed, and sharing may make it larger */
		if (rich_encode(&rich, again, sizeof(again), &again_size) == OK &&
		    rich_decode(again, again_size, &rich) == OK)
			use_rich(&rich);
	}
	free(segment);
	return 0;
}
