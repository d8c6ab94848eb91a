/* SPDX-License-Identifier: MIT */
/*
 * Endpoint, Notification and Signal.
 */
#include "object/endpoint.h"

#include "invocation.h"
#include "object/notification.h"

static struct endpoint *target(const struct invocation *in)
{
	return (struct endpoint *)in->object;
}

/* A grant below the target's, owned by the caller. */
static enum status derive(struct invocation *in, cap_t payer, const uint32_t *interfaces,
                          uint64_t badge, uint16_t in_flight)
{
	uint32_t grant;
	const enum status status = invocation_derive(in, in->entry, payer, interfaces, &grant);

	if (status != OK)
		return status;
	grant_at(grant)->badge = badge;
	grant_at(grant)->in_flight_max = in_flight;
	grant_at(grant)->limiter = grant;
	return OK;
}

/* The kernel's own interfaces are never given to a component's object. */
static bool interfaces_valid(const uint32_t *interfaces)
{
	for (unsigned i = 0; i < GRANT_INTERFACES_MAX; i++) {
		if (interfaces[i] == ENDPOINT_INTERFACE || interfaces[i] == SELF_INTERFACE)
			return false;
	}
	return interfaces[0] != 0;
}

static enum status mint(struct invocation *in)
{
	struct endpoint_mint_params params;

	endpoint_mint_params_unpack(in->words, in->caps, &params);

	const uint32_t interfaces[GRANT_INTERFACES_MAX] = {params.interface0, params.interface1,
	                                                   params.interface2, params.interface3,
	                                                   params.interface4};

	if (!interfaces_valid(interfaces))
		return ERR_BAD_ARG;
	return derive(in, params.account, interfaces, params.badge, params.in_flight);
}

static enum status identify(struct invocation *in)
{
	struct endpoint_identify_params params;
	struct cap_entry *entry;

	endpoint_identify_params_unpack(in->words, in->caps, &params);

	const enum status status = cap_table_find(&in->domain->caps, params.client, &entry);

	if (status != OK)
		return status;
	if (entry->object != in->object)
		return ERR_BAD_ARG;
	in->words[0] = grant_at(entry->grant)->badge;
	in->word_count = 1;
	return OK;
}

static enum status keep(struct invocation *in)
{
	if (in->by_ring)
		return ERR_UNSUPPORTED;
	return endpoint_keep(target(in), in->caller, (uint16_t)in->words[0]);
}

static enum status drop(struct invocation *in)
{
	return endpoint_drop(target(in), (uint16_t)in->words[0]);
}

static invocation_method *const endpoint_list[] = {
	[ENDPOINT_MINT] = mint,
	[ENDPOINT_IDENTIFY] = identify,
	[ENDPOINT_KEEP] = keep,
	[ENDPOINT_DROP] = drop,
};

METHOD_TABLE(endpoint, ENDPOINT);

static enum status signal(struct invocation *in)
{
	notification_signal((struct notification *)in->object,
	                    invocation_signal_bits(in->entry, in->words[0]));
	return OK;
}

static invocation_method *const signal_list[] = {
	[SIGNAL_SIGNAL] = signal,
};

METHOD_TABLE(signal, SIGNAL);

static enum status facet(struct invocation *in)
{
	static const uint32_t interfaces[GRANT_INTERFACES_MAX] = {SIGNAL_INTERFACE};
	struct notification_facet_params params;

	notification_facet_params_unpack(in->words, in->caps, &params);
	if (params.bits == 0)
		return ERR_BAD_ARG;
	return derive(in, params.account, interfaces, params.bits, 0);
}

static enum status bind(struct invocation *in)
{
	struct notification_bind_params params;
	struct cap_entry *thread;

	notification_bind_params_unpack(in->words, in->caps, &params);
	if (!cap_valid(params.thread) && in->by_ring)
		return ERR_BAD_ARG;
	if (!cap_valid(params.thread))
		return notification_bind((struct notification *)in->object, in->caller);

	const enum status status =
		invocation_argument(in, params.thread, OBJECT_THREAD, THREAD_INTERFACE, &thread);

	if (status != OK)
		return status;
	return notification_bind((struct notification *)in->object,
	                         (struct thread *)thread->object);
}

static invocation_method *const notification_list[] = {
	[NOTIFICATION_FACET] = facet,
	[NOTIFICATION_BIND] = bind,
};

METHOD_TABLE(notification, NOTIFICATION);
