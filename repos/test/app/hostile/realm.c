/* SPDX-License-Identifier: MIT */
/*
 * Realms: an account below the attacker's, a domain paid by it, a thread in it that runs bad
 * code and holds capabilities of the attacker's. Ends by account, with all it has made.
 */
#include <kernel/client.h>
#include <string.h>

#include "attacks.h"
#include "drone.h"

enum {
	REALM_RAM = 192 * 1024,
	REALM_CAPS = 12,
	REALM_SLOTS = 32,
	INSTALLED = 15,
	PRIORITY_MAX = 240
};

#define REALM_MESSAGES 0x600000ul

struct founding {
	struct attacker *attacker;
	struct realm *realm;
};

static struct ipc *ipc_of(const struct founding *founding)
{
	return &founding->attacker->env->ipc;
}

static enum status create_account(struct founding *founding)
{
	const cap_t own = founding->attacker->env->account;
	const struct charge_create_account_params params = {.ram = REALM_RAM, .caps = REALM_CAPS};
	struct charge_create_account_results made;
	enum status status = charge_create_account(ipc_of(founding), own, &params, &made);

	if (status == OK)
		founding->realm->account = made.account;
	return status;
}

static enum status create_domain(struct founding *founding)
{
	const struct charge_create_domain_params params = {.slots = REALM_SLOTS};
	struct charge_create_domain_results made;
	const enum status status =
		charge_create_domain(ipc_of(founding), founding->realm->account, &params, &made);

	if (status == OK)
		founding->realm->domain = made.domain;
	return status;
}

/* Everything but what would let the drone unmap the attacker's code, or start a thread in it. */
static bool installable(const struct hoard_entry *entry)
{
	return entry && entry->kind != OBJECT_KIND_DOMAIN && entry->kind != OBJECT_KIND_THREAD &&
	       entry->kind != OBJECT_KIND_IO_PORTS;
}

static void install_caps(struct founding *founding)
{
	struct attacker *attacker = founding->attacker;

	for (uint32_t slot = 1; slot <= INSTALLED; slot++) {
		const struct hoard_entry *entry =
			hoard_pick_entry(attacker->hoard, &attacker->random);
		const struct domain_install_params params = {
			.slot = slot,
			.cap = slot == 1 ? founding->realm->account
		               : entry   ? entry->cap
		                         : CAP_NULL};

		if (slot == 1 || installable(entry))
			(void)domain_install(ipc_of(founding), founding->realm->domain,
			                     &params); /* it may be stale */
	}
}

/* Its page faults go to the bad server, sometimes. */
static void set_pager(struct founding *founding)
{
	const struct domain_set_pager_params params = {.pager = server_pager()};

	if (random_one_in(&founding->attacker->random, 3))
		(void)domain_set_pager(ipc_of(founding), founding->realm->domain,
		                       &params); /* or not */
}

/* A page of the realm's, filled through a mapping of the attacker's, then shown in the realm. */
static enum status create_page(struct founding *founding, const void *content, size_t size,
                               uint64_t address, bool execute, cap_t *out_memory)
{
	struct env *env = founding->attacker->env;
	const cap_t account = founding->realm->account;
	const struct charge_create_memory_params params = {.size = 4096};
	struct charge_create_memory_results made;
	void *base;
	enum status status = charge_create_memory(&env->ipc, account, &params, &made);

	if (status != OK)
		return status;
	*out_memory = made.memory;

	const struct region_attach attach = {
		.memory = made.memory, .account = account, .size = 4096, .write = true};
	const struct space_map_params map = {.memory = made.memory,
	                                     .account = account,
	                                     .address = address,
	                                     .size = 4096,
	                                     .write = !execute,
	                                     .execute = execute};

	status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		return status;
	memcpy(base, content, size);
	region_detach(&env->regions, base, 4096);
	return space_map(&env->ipc, founding->realm->domain, &map);
}

/* Calls to choose from: kernel methods, and the parent's without its exit. */
static void choose_words(struct random *random, struct drone_data *data)
{
	static const uint32_t interfaces[] = {
		SELF_INTERFACE,   CHARGE_INTERFACE,       ACCOUNT_INTERFACE,
		THREAD_INTERFACE, ENDPOINT_INTERFACE,     SCHED_CONTEXT_INTERFACE,
		SIGNAL_INTERFACE, NOTIFICATION_INTERFACE, READ_ONLY_INTERFACE,
		RING_INTERFACE,
	};

	data->state = random_next(random);
	for (unsigned i = 0; i < DRONE_WORDS; i++)
		data->words[i] =
			random_below(random, 20) / 9 | random_below(random, 9) << OP_WORDS_SHIFT |
			(uint64_t)random_below(random, 9) << OP_METHOD_SHIFT |
			(uint64_t)interfaces[random_below(random, 10)] << OP_INTERFACE_SHIFT;
}

static enum status create_code(struct founding *founding)
{
	struct random *random = &founding->attacker->random;
	uint64_t noise[32];

	if (!random_one_in(random, 6))
		return create_page(founding, drone_begin, (size_t)(drone_end - drone_begin),
		                   DRONE_CODE, true, &founding->realm->code);
	for (unsigned i = 0; i < 32; i++)
		noise[i] = random_next(random);
	return create_page(founding, noise, sizeof(noise), DRONE_CODE, true,
	                   &founding->realm->code);
}

static enum status create_data(struct founding *founding)
{
	struct drone_data data = {0};

	choose_words(&founding->attacker->random, &data);
	return create_page(founding, &data, sizeof(data), DRONE_DATA, false,
	                   &founding->realm->data);
}

static enum status create_thread(struct founding *founding, cap_t parent_context)
{
	struct random *random = &founding->attacker->random;
	const cap_t account = founding->realm->account;
	const struct sched_context_split_params split = {
		.account = account, .priority = (uint8_t)random_below(random, PRIORITY_MAX)};
	struct sched_context_split_results context;
	enum status status =
		sched_context_split(ipc_of(founding), parent_context, &split, &context);

	if (status != OK)
		return status;
	founding->realm->context = context.context;

	const struct charge_create_thread_params params = {
		.domain = founding->realm->domain,
		.context = context.context,
		.entry = DRONE_CODE + drone_entries[random_below(random, drone_entry_count)],
		.stack = random_one_in(random, 4) ? random_border(random) & (USER_ADDRESS_MAX - 1)
	                                          : DRONE_DATA + 4096,
		.message_address = REALM_MESSAGES,
		.message_pages = (uint8_t)(1 + random_below(random, 3)),
	};
	struct charge_create_thread_results made;

	status = charge_create_thread(ipc_of(founding), account, &params, &made);
	if (status != OK)
		return status;
	founding->realm->thread = made.thread;
	return thread_start(ipc_of(founding), made.thread);
}

/* Copies for the other attacks: the realm may be taken apart from any side. */
static void share(struct attacker *attacker, cap_t cap)
{
	const uint64_t id = cap.id;
	struct shot shot;

	(void)shot_call(attacker, CAP_NULL, SELF_INTERFACE, SELF_COPY, &id, 1, NULL, 0, &shot);
}

static void destroy(struct realm *realm, struct attacker *attacker)
{
	struct ipc *ipc = &attacker->env->ipc;

	if (cap_valid(realm->account))
		(void)account_destroy(ipc, realm->account); /* another attack may have come first */
	ipc_drop(ipc, realm->thread);
	ipc_drop(ipc, realm->context);
	ipc_drop(ipc, realm->data);
	ipc_drop(ipc, realm->code);
	ipc_drop(ipc, realm->domain);
	ipc_drop(ipc, realm->account);
	*realm = (struct realm){0};
}

void realms_found(struct realms *realms, struct attacker *attacker)
{
	struct realm *realm = &realms->items[realms->next++ % REALMS_MAX];
	struct founding founding = {.attacker = attacker, .realm = realm};
	enum status status;

	destroy(realm, attacker);
	status = create_account(&founding);
	if (status == OK)
		status = create_domain(&founding);
	if (status == OK)
		status = create_code(&founding);
	if (status == OK)
		status = create_data(&founding);
	if (status == OK) {
		install_caps(&founding);
		set_pager(&founding);
		status = create_thread(&founding, realms->context);
	}
	if (status != OK) {
		destroy(realm, attacker);
		return;
	}
	share(attacker, realm->account);
	share(attacker, realm->domain);
	share(attacker, realm->data);
	share(attacker, realm->context);
	share(attacker, realm->thread);
	shot_allow_start(realm->thread);
}
