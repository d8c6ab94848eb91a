/* SPDX-License-Identifier: MIT */
/*
 * Invocation: one call of a kernel object's method.
 *
 * The words and capability ids are the caller's, read once. A method first
 * decides (finds its argument objects, reserves slots for what it returns),
 * then commits, and leaves the answer in the same place.
 */
#pragma once

#include <abi/cap.h>
#include <abi/status.h>
#include <abi/syscall.h>
#include <kernel/words.h>
#include <stdint.h>

#include "object/account.h"
#include "object/cap_table.h"
#include "object/domain.h"
#include "object/notification.h"
#include "object/object.h"
#include "object/thread.h"
#include "sched/sched.h"

struct invocation {
	struct thread *caller; /* on whose time it runs */
	struct domain *domain; /* whose capabilities the arguments and results are */
	uint64_t window;       /* window word: where results go */
	bool by_ring; /* no thread waits for it: methods that are about the caller refuse */
	struct object *object;          /* the target; NULL for self */
	const struct cap_entry *entry;  /* the target's, NULL for self */
	uint64_t *words;                /* IPC_WORDS_MAX parameters, then results */
	cap_t caps[IPC_CAPS_MAX];       /* arguments' ids, then results' */
	unsigned word_count, cap_count; /* of the results */
	unsigned slots_taken;           /* of the window, for results */
	bool blocks; /* the method has made the caller wait or vanish: no answer now */
};

typedef enum status invocation_method(struct invocation *invocation);

/* The methods of one interface. */
struct method_table {
	uint32_t interface;
	uint32_t count;
	invocation_method *const *methods;
};

/* Of NAME_list, an array by method number. */
#define METHOD_TABLE(name, interface) \
	const struct method_table name##_methods = { \
		interface##_INTERFACE, sizeof(name##_list) / sizeof(name##_list[0]), name##_list}

extern const struct method_table self_methods, charge_methods, account_methods, space_methods,
	domain_methods, thread_methods, sched_context_methods, endpoint_methods, signal_methods,
	notification_methods, read_only_methods, memory_object_methods, ring_methods, irq_methods,
	io_ports_methods, platform_methods;

/* All but `caller`, `by_ring` and `words`; no capabilities. */
static inline void invocation_init(struct invocation *in, struct domain *domain,
                                   const struct cap_entry *entry, uint64_t window)
{
	in->domain = domain;
	in->window = window;
	in->object = entry ? entry->object : NULL;
	in->entry = entry;
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		in->caps[i] = CAP_NULL;
	in->word_count = in->cap_count = in->slots_taken = 0;
	in->blocks = false;
}

/* Whether the capability offers the interface, not as the first of a kernel object's, and who serves it. */
enum status invocation_resolve(const struct cap_entry *entry, uint32_t interface, bool *out_served);

/*
 * Resolves the target of a call: `*out_entry`, NULL for self; `*out_served`: it goes to an endpoint's
 * servers, not to a method of the kernel's. ERR_UNSUPPORTED: it does not offer the interface.
 */
static inline enum status invocation_target(struct domain *domain, cap_t target, uint32_t interface,
                                            struct cap_entry **out_entry, bool *out_served)
{
	*out_entry = NULL;
	*out_served = false;
	if (!cap_valid(target))
		return interface == SELF_INTERFACE ? OK : ERR_UNSUPPORTED;

	const enum status status = cap_table_find(&domain->caps, target, out_entry);

	if (status != OK)
		return status;
	*out_served = (*out_entry)->flags & CAP_ENDPOINT;
	if ((*out_entry)->interface == interface && interface != ENDPOINT_INTERFACE)
		return OK;
	return invocation_resolve(*out_entry, interface, out_served);
}
/*
 * What a call through a capability that is not live answers: ERR_GONE; or OK to the destroy of an account
 * that is dying already: the current thread finishes that.
 */
enum status invocation_gone(struct domain *domain, cap_t target, uint64_t word);
/* The answer of a method that has done a part: until it is over, its call is made again, once others have had a turn. */
static inline enum status invocation_part(struct invocation *in, enum status status, bool over)
{
	if (!over) {
		in->blocks = in->caller->again = in->caller->unfinished = true;
		sched_attention = true;
	}
	return status;
}

/* Finds the table by interface, and calls; ERR_UNSUPPORTED when there is no such method. */
enum status invocation_run(struct invocation *invocation, uint32_t interface, unsigned method);

/* An argument: a live capability of a kernel object with the interface. ERR_BAD_CAP otherwise. */
static inline enum status invocation_argument(struct invocation *invocation, cap_t cap,
                                              enum object_type type, uint32_t interface,
                                              struct cap_entry **out_entry)
{
	return domain_find_object(invocation->domain, cap, type, interface, out_entry);
}
/* A facet of a notification, with bits of its own, for what signals it over and over. */
enum status invocation_signal(struct invocation *invocation, cap_t cap,
                              struct notification **out_notification, uint64_t *out_bits);
/* The account that pays: argument or ERR_BAD_CAP. */
enum status invocation_account(struct invocation *invocation, cap_t cap,
                               struct account **out_account);

/* Reserves the window's next slot for a result; ERR_INSUFFICIENT_CAPS when there is none. */
enum status invocation_slot(struct invocation *invocation, uint32_t *out_slot);
/* What a signal through the capability sets: a facet's own bits, or with the full object those named. */
uint64_t invocation_signal_bits(const struct cap_entry *entry, uint64_t named);
/* Fills a reserved slot: the only capability that the caller gets. */
void invocation_result(struct invocation *invocation, uint32_t slot, uint32_t grant,
                       uint32_t flags);
/* A grant below that of `from`, owned by the caller: the only result. */
enum status invocation_derive(struct invocation *invocation, const struct cap_entry *from,
                              cap_t payer, const uint32_t *interfaces, uint32_t *out_grant);

/*
 * A new object in three steps: `begin` finds slot, grant and memory; the caller initialises the object;
 * `conclude` publishes it as an owner capability, the only result, or takes all back if that failed.
 */
struct creation {
	struct object *object;
	struct account *account;
	uint32_t slot;
	uint32_t grant;
	size_t size;
	uint32_t facet; /* 0, or the only interface the owner gets */
};

enum status creation_begin(struct creation *creation, struct invocation *invocation,
                           struct account *account, enum object_type type);
/* Likewise; the account is an argument. */
enum status creation_begin_paid(struct creation *creation, struct invocation *invocation,
                                cap_t payer, enum object_type type);
enum status creation_conclude(struct creation *creation, struct invocation *invocation,
                              enum status status);
