/* SPDX-License-Identifier: MIT */
/*
 * ReadOnly and MemoryObject: size, clones, futexes.
 */
#include "invocation.h"
#include "object/memory_object.h"

static struct memory_object *target(const struct invocation *in)
{
	return (struct memory_object *)in->object;
}

static enum status info(struct invocation *in)
{
	in->words[0] = target(in)->pages << PAGE_SHIFT;
	in->word_count = READ_ONLY_INFO_RESULTS_WORDS;
	return OK;
}

static enum status clone(struct invocation *in)
{
	struct read_only_clone_params params;
	struct creation creation;

	read_only_clone_params_unpack(in->words, in->caps, &params);

	const enum status status =
		creation_begin_paid(&creation, in, params.account, OBJECT_MEMORY);

	if (status != OK)
		return status;
	return creation_conclude(&creation, in,
	                         memory_object_init_clone((struct memory_object *)creation.object,
	                                                  target(in)));
}

static invocation_method *const read_only_list[] = {
	[READ_ONLY_INFO] = info, [READ_ONLY_CLONE] = clone};

METHOD_TABLE(read_only, READ_ONLY);

static enum status wait(struct invocation *in)
{
	struct memory_object_futex_wait_params params;

	if (in->by_ring)
		return ERR_UNSUPPORTED;
	memory_object_futex_wait_params_unpack(in->words, in->caps, &params);

	const enum status status = futex_wait(in->caller, target(in), params.offset,
	                                      params.expected, in->caller->registers.rdx);

	in->blocks = status == OK;
	return status;
}

static enum status wake(struct invocation *in)
{
	struct memory_object_futex_wake_params params;
	struct memory_object_futex_wake_results results;

	memory_object_futex_wake_params_unpack(in->words, in->caps, &params);
	results.woken = futex_wake(target(in), params.offset, params.count);
	memory_object_futex_wake_results_pack(&results, in->words, in->caps);
	in->word_count = MEMORY_OBJECT_FUTEX_WAKE_RESULTS_WORDS;
	return OK;
}

static invocation_method *const memory_object_list[] = {
	[MEMORY_OBJECT_FUTEX_WAIT] = wait, [MEMORY_OBJECT_FUTEX_WAKE] = wake};

METHOD_TABLE(memory_object, MEMORY_OBJECT);
