/* SPDX-License-Identifier: MIT */
#include "invocation.h"

#include "object/finish.h"

/* The kernel's schema numbers its interfaces in a row. */
#define AT(interface) [interface##_INTERFACE - OBJECT_INTERFACE]
static const struct method_table *const tables[] = {
	AT(SELF) = &self_methods,           AT(CHARGE) = &charge_methods,
	AT(ACCOUNT) = &account_methods,     AT(SPACE) = &space_methods,
	AT(DOMAIN) = &domain_methods,       AT(THREAD) = &thread_methods,
	AT(ENDPOINT) = &endpoint_methods,   AT(SCHED_CONTEXT) = &sched_context_methods,
	AT(SIGNAL) = &signal_methods,       AT(NOTIFICATION) = &notification_methods,
	AT(READ_ONLY) = &read_only_methods, AT(MEMORY_OBJECT) = &memory_object_methods,
	AT(RING) = &ring_methods,           AT(IRQ) = &irq_methods,
	AT(IO_PORTS) = &io_ports_methods,   AT(PLATFORM) = &platform_methods,
};

enum status invocation_resolve(const struct cap_entry *entry, uint32_t interface, bool *out_served)
{
	const bool offered = grant_offers(grant_at(entry->grant), interface);
	const bool full_endpoint = entry->interface == ENDPOINT_INTERFACE;

	*out_served = (entry->flags & CAP_ENDPOINT) && interface != ENDPOINT_INTERFACE &&
	              (offered || full_endpoint);
	return offered || *out_served ? OK : ERR_UNSUPPORTED;
}

enum status invocation_gone(struct domain *domain, cap_t target, uint64_t word)
{
	const uint64_t destroy = (uint64_t)ACCOUNT_INTERFACE << OP_INTERFACE_SHIFT |
	                         (uint64_t)ACCOUNT_DESTROY << OP_METHOD_SHIFT;
	const struct cap_entry *entry = cap_table_dying(&domain->caps, target);

	if (!entry || entry->interface != ACCOUNT_INTERFACE || (entry->flags & CAP_ENDPOINT) ||
	    (word & (~0ul << OP_METHOD_SHIFT)) != destroy)
		return ERR_GONE;
	finish_grant(sched_current(), entry->grant);
	return OK;
}

enum status invocation_run(struct invocation *invocation, uint32_t interface, unsigned method)
{
	const uint32_t index = interface - OBJECT_INTERFACE;
	const struct method_table *table =
		index < sizeof(tables) / sizeof(tables[0]) ? tables[index] : NULL;

	if (!table || method >= table->count || !table->methods[method])
		return ERR_UNSUPPORTED;
	return table->methods[method](invocation);
}

enum status invocation_signal(struct invocation *invocation, cap_t cap,
                              struct notification **out_notification, uint64_t *out_bits)
{
	struct cap_entry *entry;
	const enum status status =
		invocation_argument(invocation, cap, OBJECT_NOTIFICATION, SIGNAL_INTERFACE, &entry);

	if (status != OK)
		return status;
	*out_notification = (struct notification *)entry->object;
	*out_bits = grant_at(entry->grant)->badge;
	return *out_bits ? OK : ERR_BAD_ARG; /* the full object signals no bits of its own */
}

enum status invocation_account(struct invocation *invocation, cap_t cap,
                               struct account **out_account)
{
	struct cap_entry *entry;
	const enum status status =
		invocation_argument(invocation, cap, OBJECT_ACCOUNT, CHARGE_INTERFACE, &entry);

	if (status == OK)
		*out_account = (struct account *)entry->object;
	return status;
}

enum status invocation_slot(struct invocation *invocation, uint32_t *out_slot)
{
	const uint64_t window = invocation->window;
	const unsigned open = (window >> WINDOW_OPEN_SHIFT) & WINDOW_OPEN_MASK;
	const uint32_t slot = (uint32_t)(window >> WINDOW_FIRST_SHIFT) + invocation->slots_taken;

	if (invocation->slots_taken >= open || invocation->slots_taken >= IPC_CAPS_MAX ||
	    !cap_table_free(&invocation->domain->caps, slot))
		return ERR_INSUFFICIENT_CAPS;
	invocation->slots_taken++;
	*out_slot = slot;
	return OK;
}

uint64_t invocation_signal_bits(const struct cap_entry *entry, uint64_t named)
{
	const struct grant *grant = grant_at(entry->grant);

	return grant->interfaces[0] == SIGNAL_INTERFACE ? grant->badge : named;
}

void invocation_result(struct invocation *invocation, uint32_t slot, uint32_t grant, uint32_t flags)
{
	invocation->caps[0] = cap_table_insert(&invocation->domain->caps, slot, grant, flags);
	invocation->cap_count = 1;
}

enum status invocation_derive(struct invocation *invocation, const struct cap_entry *from,
                              cap_t payer, const uint32_t *interfaces, uint32_t *out_grant)
{
	struct account *account;
	uint32_t slot;
	enum status status = invocation_account(invocation, payer, &account);

	if (status == OK)
		status = invocation_slot(invocation, &slot);
	if (status == OK)
		status = grant_create(from->object, account, from->grant, interfaces, out_grant);
	if (status == OK)
		invocation_result(invocation, slot, *out_grant, CAP_OWNER);
	return status;
}

/* What a grant of a new object offers, by type: its own interface, then the ancestors. */
static const uint32_t interfaces[OBJECT_TYPES][GRANT_INTERFACES_MAX] = {
	[OBJECT_ACCOUNT] = {ACCOUNT_INTERFACE, CHARGE_INTERFACE},
	[OBJECT_DOMAIN] = {DOMAIN_INTERFACE, SPACE_INTERFACE},
	[OBJECT_THREAD] = {THREAD_INTERFACE},
	[OBJECT_SCHED_CONTEXT] = {SCHED_CONTEXT_INTERFACE},
	[OBJECT_ENDPOINT] = {ENDPOINT_INTERFACE, CLIENT_INTERFACE},
	[OBJECT_NOTIFICATION] = {NOTIFICATION_INTERFACE, SIGNAL_INTERFACE},
	[OBJECT_MEMORY] = {MEMORY_OBJECT_INTERFACE, READ_ONLY_INTERFACE},
	[OBJECT_RING] = {RING_INTERFACE},
	[OBJECT_IRQ] = {IRQ_INTERFACE},
	[OBJECT_IO_PORTS] = {IO_PORTS_INTERFACE},
	[OBJECT_PLATFORM] = {PLATFORM_INTERFACE},
};

enum status creation_begin(struct creation *creation, struct invocation *invocation,
                           struct account *account, enum object_type type)
{
	*creation = (struct creation){.account = account, .size = object_size(type)};

	enum status status = invocation_slot(invocation, &creation->slot);

	if (status != OK)
		return status;
	creation->object = heap_alloc(account, creation->size);
	if (!creation->object)
		return ERR_OUT_OF_RAM;
	status = grant_create(creation->object, account, GRANT_NONE, interfaces[type],
	                      &creation->grant);
	if (status != OK) {
		heap_free(account, creation->object, creation->size);
		return status;
	}
	object_init(creation->object, type, account);
	return OK;
}

enum status creation_begin_paid(struct creation *creation, struct invocation *invocation,
                                cap_t payer, enum object_type type)
{
	struct account *account;
	const enum status status = invocation_account(invocation, payer, &account);

	return status == OK ? creation_begin(creation, invocation, account, type) : status;
}

enum status creation_conclude(struct creation *creation, struct invocation *invocation,
                              enum status status)
{
	struct object *object = creation->object;

	if (status != OK) {
		while (!grant_revoke(creation->grant))
			; /* not yet the object's first: the object stays */
		list_remove(&object->charged);
		heap_free(creation->account, object, creation->size);
		return status;
	}
	object->grant = creation->grant;
	if (creation->facet)
		grant_narrow(creation->grant, creation->facet);
	invocation_result(invocation, creation->slot, creation->grant, CAP_OWNER);
	return OK;
}
