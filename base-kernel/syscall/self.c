/* SPDX-License-Identifier: MIT */
/*
 * Self: what a thread may do with what it already has.
 */
#include "invocation.h"
#include "object/finish.h"
#include "syscall.h"
#include "x86_64/clock.h"

static struct cap_table *table(const struct invocation *in)
{
	return &in->domain->caps;
}

static enum status yield(struct invocation *in)
{
	if (in->by_ring)
		return ERR_UNSUPPORTED;
	syscall_answer(in->caller, OK);
	in->blocks = true;
	sched_yield();
	return OK;
}

static enum status leave(struct invocation *in)
{
	if (in->by_ring)
		return ERR_UNSUPPORTED;
	in->blocks = true;
	thread_exit(in->caller);
	return OK;
}

static enum status now(struct invocation *in)
{
	in->words[0] = clock_now();
	clock_rate(&in->words[1], &in->words[2]);
	in->word_count = SELF_TIME_RESULTS_WORDS;
	return OK;
}

static enum status inspect(struct invocation *in)
{
	struct cap_entry *entry;
	const enum status status = cap_table_find(table(in), (cap_t){in->words[0]}, &entry);

	if (status != OK)
		return status;

	const bool served = entry->object->type == OBJECT_ENDPOINT &&
	                    !grant_offers(grant_at(entry->grant), ENDPOINT_INTERFACE);
	const struct self_inspect_results results = {
		.kind = served ? OBJECT_KIND_COMPONENT : (enum object_kind)entry->object->type,
		.owner = entry->flags & CAP_OWNER,
		.interface = entry->interface,
	};

	self_inspect_results_pack(&results, in->words, in->caps);
	in->word_count = SELF_INSPECT_RESULTS_WORDS;
	return OK;
}

static enum status copy(struct invocation *in)
{
	struct cap_entry *entry;
	uint32_t slot;
	enum status status = cap_table_find(table(in), (cap_t){in->words[0]}, &entry);

	if (status == OK)
		status = invocation_slot(in, &slot);
	if (status != OK)
		return status;
	invocation_result(in, slot, entry->grant, entry->flags & ~(uint32_t)CAP_OWNER);
	return OK;
}

static enum status derive(struct invocation *in)
{
	struct self_derive_params params;
	uint32_t interfaces[GRANT_INTERFACES_MAX] = {0};
	struct cap_entry *entry;
	uint32_t grant;

	self_derive_params_unpack(in->words, in->caps, &params);

	enum status status = cap_table_find(table(in), (cap_t){params.cap}, &entry);

	if (status != OK)
		return status;

	const struct grant *from = grant_at(entry->grant);
	const int position = grant_interface_position(from, params.interface);

	if (position < 0)
		return ERR_DENIED;
	for (int i = position; i < GRANT_INTERFACES_MAX; i++)
		interfaces[i - position] = from->interfaces[i];
	status = invocation_derive(in, entry, params.account, interfaces, &grant);
	if (status != OK)
		return status;
	grant_at(grant)->badge = from->badge;
	grant_at(grant)->in_flight_max = from->in_flight_max;
	grant_at(grant)->limiter = from->limiter; /* one count for all that is derived from it */
	return OK;
}

static enum status drop(struct invocation *in)
{
	return cap_table_drop(table(in), (cap_t){in->words[0]});
}

static enum status revoke(struct invocation *in)
{
	const cap_t cap = {in->words[0]};
	const struct cap_entry *dying = cap_table_dying(table(in), cap);
	struct cap_entry *entry;
	const enum status status = cap_table_find(table(in), cap, &entry);

	if (status != OK && !dying)
		return status;
	if (!((dying ? dying : entry)->flags & CAP_OWNER))
		return ERR_DENIED;
	finish_grant(in->caller, (dying ? dying : entry)->grant);
	return OK;
}

static enum status detach(struct invocation *in)
{
	if (in->by_ring)
		return ERR_UNSUPPORTED;
	if (in->caller->notification)
		return ERR_NOT_NOW; /* notifications need a context of the receiver's own */
	in->caller->detaching = true;
	return OK;
}

static invocation_method *const self_list[] = {
	[SELF_YIELD] = yield,     [SELF_EXIT] = leave,    [SELF_TIME] = now,
	[SELF_INSPECT] = inspect, [SELF_COPY] = copy,     [SELF_DERIVE] = derive,
	[SELF_DROP] = drop,       [SELF_REVOKE] = revoke, [SELF_DETACH] = detach,
};

METHOD_TABLE(self, SELF);
