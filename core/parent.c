/* SPDX-License-Identifier: MIT */
/*
 * Core as the parent of init: sessions, donations, exit.
 */
#include <base/log.h>
#include <kernel/client.h>
#include <parent/server.h>
#include <string.h>

#include "core.h"
#include "platform/platform.h"

/*
 * What core keeps of each donation beside the record's size: the heap's own part, a place, slots, the
 * account where there is one; and a capability, the account's or the session's.
 */
enum { OVERHEAD_RAM = 128, OVERHEAD_ACCOUNT_RAM = 384, OVERHEAD_CAPS = 1 };
/* What core keeps of the machine for itself; a large one has more sessions, and core a larger table. */
enum { RESERVE_RAM = 256 * 1024, RESERVE_SHARE = 128, RESERVE_CAPS = 512 };

static const struct core_service *const services[] = {
	&log_service, &rom_service,     &pd_service,     &cpu_service, &timer_service,
	&rm_service,  &io_port_service, &io_mem_service, &irq_service, &event_service,
};

enum { SERVICES = sizeof(services) / sizeof(services[0]) };

const char *session_label_last(const char *label)
{
	const char *last = label;

	for (const char *at = label; *at; at++) {
		if (at[0] == ' ' && at[1] == '-' && at[2] == '>' && at[3] == ' ')
			last = at + 4;
	}
	return last;
}

enum status session_insufficient(enum status status)
{
	if (status == ERR_OUT_OF_RAM)
		return ERR_INSUFFICIENT_RAM;
	if (status == ERR_OUT_OF_CAPS)
		return ERR_INSUFFICIENT_CAPS;
	return status;
}

enum status session_payer(struct core *core, const struct session_params *params)
{
	return platform_is_kernel_object(core, params->argument, OBJECT_KIND_ACCOUNT) ? OK
	                                                                              : ERR_BAD_ARG;
}

enum status session_own_shortage(enum status status)
{
	return status == ERR_OUT_OF_RAM || status == ERR_OUT_OF_CAPS ? ERR_DENIED : status;
}

/* ---- donations: from init's account to core's, and on into the session's ---- */

static enum status fund(struct core *core, cap_t account, uint64_t ram, uint64_t caps)
{
	const struct charge_fund_params params = {.child = account, .ram = ram, .caps = caps};

	return charge_fund(&core->env.ipc, core->env.account, &params);
}

static enum status take_donation(struct core *core, uint64_t ram, uint64_t caps)
{
	const struct account_refund_params params = {.ram = ram, .caps = caps};

	return account_refund(&core->env.ipc, core->init_account, &params);
}

static void return_donation(struct core *core, uint64_t ram, uint64_t caps)
{
	/* It was init's a moment ago; and if init is being destroyed, core keeps it. */
	(void)fund(core, core->init_account, ram, caps);
}

static void destroy_account(struct core *core, cap_t account)
{
	ipc_drop(&core->env.ipc, account); /* core owns it: that is its end */
}

static enum status create_account(struct core *core, uint64_t ram, uint64_t caps,
                                  cap_t *out_account)
{
	const struct charge_create_account_params params = {.ram = ram, .caps = caps};
	struct charge_create_account_results results;
	enum status status =
		charge_create_account(&core->env.ipc, core->env.account, &params, &results);

	if (status == OK)
		*out_account = results.account;
	return status;
}

/* ---- sessions ---- */

static struct core_session *alloc_record(struct core *core, const struct core_service *service,
                                         cap_t account)
{
	struct core_session *session = heap_alloc(&core->env.heap, service->session_bytes);

	if (session)
		*session =
			(struct core_session){.core = core, .service = service, .account = account};
	return session;
}

static bool set_label(struct core_session *session, struct capnp_text label)
{
	static const char prefix[] = "init";
	static const char arrow[] = " -> ";
	const size_t head = sizeof(prefix) - 1 + (label.size ? sizeof(arrow) - 1 : 0);

	if (head + label.size > SESSION_LABEL_MAX)
		return false;
	memcpy(session->label, prefix, sizeof(prefix) - 1);
	if (label.size) {
		memcpy(session->label + sizeof(prefix) - 1, arrow, sizeof(arrow) - 1);
		memcpy(session->label + head, label.at, label.size);
	}
	return true;
}

static enum status open_in_account(struct core *core, const struct core_service *service,
                                   cap_t account, struct request *request,
                                   const struct session_params *params,
                                   struct core_session **out_session)
{
	struct core_session *session = alloc_record(core, service, account);
	enum status status = OK;

	if (!session)
		return ERR_NOT_NOW; /* core's own reserve is used up */
	if (!set_label(session, params->label)) {
		heap_free(&core->env.heap, session);
		return ERR_BAD_ARG;
	}
	if (service->dispatch)
		status = entrypoint_serve(&core->entrypoint, &session->served, service->dispatch,
		                          service->interfaces, account);
	if (status == OK)
		status = service->open(session, request, params);
	if (status != OK) {
		entrypoint_unserve(&core->entrypoint, &session->served);
		heap_free(&core->env.heap, session);
		return status;
	}
	*out_session = session;
	return OK;
}

static const struct core_service *find_service(struct capnp_text name)
{
	for (unsigned i = 0; i < SERVICES; i++) {
		if (capnp_text_equal(name, services[i]->name))
			return services[i];
	}
	return NULL;
}

enum status core_open(struct core *core, struct request *request,
                      const struct session_params *params, struct core_session **out_session)
{
	const struct core_service *service = find_service(params->service);
	cap_t account = CAP_NULL;

	if (!service)
		return ERR_DENIED;
	if (!env_reserve_slots(&core->env))
		return ERR_NOT_NOW; /* core's own reserve is used up */

	const uint64_t overhead = OVERHEAD_RAM + service->session_bytes +
	                          (service->objects ? OVERHEAD_ACCOUNT_RAM : 0);

	if (params->ram < overhead)
		return ERR_INSUFFICIENT_RAM;
	if (service->dispatch && params->caps < OVERHEAD_CAPS)
		return ERR_INSUFFICIENT_CAPS;

	enum status status = take_donation(core, params->ram, params->caps);

	if (status != OK)
		return status;
	if (service->objects)
		status = create_account(core, params->ram - overhead, params->caps - OVERHEAD_CAPS,
		                        &account);
	if (status != OK)
		goto fail_account;
	status = session_insufficient(
		open_in_account(core, service, account, request, params, out_session));
	if (status != OK)
		goto fail_open;

	struct core_session *session = *out_session;

	session->ram = params->ram;
	session->caps = params->caps;
	session->id = ++core->last_id;
	session->next = core->sessions;
	core->sessions = session;
	return OK;

fail_open:
	destroy_account(core, account);
fail_account:
	return_donation(core, params->ram, params->caps);
	return status;
}

void core_close(struct core_session *session)
{
	struct core *core = session->core;
	const uint64_t ram = session->ram, caps = session->caps;
	const cap_t account = session->account;

	for (struct core_session **place = &core->sessions; *place; place = &(*place)->next) {
		if (*place == session) {
			*place = session->next;
			break;
		}
	}
	if (session->service->close)
		session->service->close(session);
	entrypoint_unserve(&core->entrypoint, &session->served);
	heap_free(&core->env.heap, session);
	destroy_account(core, account);
	return_donation(core, ram, caps);
}

/* ---- the Parent interface ---- */

static enum status session(void *self, struct request *request,
                           const struct parent_session_params *params,
                           struct parent_session_results *results)
{
	struct core *core = self;
	const struct session_params wanted = {
		.service = params->service,
		.label = params->label,
		.args = params->args,
		.argument = params->argument,
		.ram = params->ram,
		.caps = params->caps,
	};
	struct core_session *opened;

	const enum status status = core_open(core, request, &wanted, &opened);

	if (status != OK)
		return status;
	results->session = opened->served.cap;
	results->id = opened->id;
	return OK;
}

static struct core_session *find_session(struct core *core, uint32_t id)
{
	for (struct core_session *at = core->sessions; at; at = at->next) {
		if (at->id == id)
			return at;
	}
	return NULL;
}

static bool environment(const struct core *core, const struct core_session *session)
{
	return session == core->init_pd || session == core->init_cpu || session == core->init_rom;
}

static enum status close(void *self, struct request *request,
                         const struct parent_close_params *params)
{
	struct core_session *session = find_session(self, params->id);

	(void)request;
	if (!session || environment(self, session))
		return ERR_BAD_ARG;
	core_close(session);
	return OK;
}

static enum status upgrade(void *self, struct request *request,
                           const struct parent_upgrade_params *params)
{
	struct core *core = self;
	struct core_session *session = find_session(core, params->id);

	(void)request;
	if (!session)
		return ERR_BAD_ARG;

	enum status status = take_donation(core, params->ram, params->caps);

	if (status != OK)
		return status;
	if (cap_valid(session->account))
		status = fund(core, session->account, params->ram, params->caps);
	if (status != OK) {
		return_donation(core, params->ram, params->caps);
		return status;
	}
	session->ram += params->ram;
	session->caps += params->caps;
	return OK;
}

/* init's exit ends the scenario only when the driver says so; until then it is a fact to be told. */
static enum status leave(void *self, struct request *request,
                         const struct parent_exit_params *params)
{
	char text[64];

	(void)self, (void)request;
	text_format(text, sizeof(text), "event exited init|code=%d\n", params->code);
	event_channel_write(text);
	return OK;
}

/* init has all there is. */
static enum status more(void *self, struct request *request,
                        const struct parent_request_params *params)
{
	(void)self, (void)request, (void)params;
	return ERR_DENIED;
}

static enum status resources(void *self, struct request *request,
                             struct parent_resources_results *results)
{
	const struct core *core = self;

	(void)request;
	results->space = pd_session_space(core->init_pd);
	results->account = pd_session_account(core->init_pd);
	return OK;
}

static const struct parent_server parent_methods = {.session = session,
                                                    .close = close,
                                                    .upgrade = upgrade,
                                                    .exit = leave,
                                                    .request = more,
                                                    .resources = resources};

static enum status dispatch_parent(struct served *served, struct request *request)
{
	struct core *core = (struct core *)((char *)served - offsetof(struct core, parent));

	return parent_dispatch(&parent_methods, core, request);
}

/* ---- init ---- */

static enum status open_environment(struct core *core, const char *service, const char *label,
                                    cap_t argument, struct core_session **out_session)
{
	struct request request = {0};
	const struct session_params params = {
		.service = capnp_text_of(service),
		.label = capnp_text_of(label),
		.argument = argument,
		.ram = session_cost(service).ram,
		.caps = session_cost(service).caps,
	};
	const enum status status = core_open(core, &request, &params, out_session);

	/* The argument stays core's own; see pd.c. */
	return status;
}

enum status core_start_init(struct core *core)
{
	static const uint32_t interfaces[] = {PARENT_INTERFACE, 0};
	struct charge_usage_results usage;
	cap_t account, memory, charge;
	uint64_t size;
	enum status status = charge_usage(&core->env.ipc, core->env.account, &usage);

	if (status != OK)
		return status;
	core->ram_before = usage.ram_used;
	core->slots_before = core->env.slots.count;
	core->caps_before = usage.caps_used;

	const uint64_t reserve = RESERVE_RAM + usage.ram_limit / RESERVE_SHARE;

	if (usage.ram_limit - usage.ram_used < 2 * reserve)
		return ERR_OUT_OF_RAM;
	status = create_account(core, usage.ram_limit - usage.ram_used - reserve,
	                        usage.caps_limit - usage.caps_used - RESERVE_CAPS, &account);
	if (status != OK)
		return status;
	core->init_account = account;
	status = entrypoint_serve(&core->entrypoint, &core->parent, dispatch_parent, interfaces,
	                          account);
	if (status == OK)
		status = platform_derive(core, account, CHARGE_INTERFACE, account, &charge);
	if (status == OK)
		status = open_environment(core, "PD", "", charge, &core->init_pd);
	if (status == OK)
		status = open_environment(core, "CPU", "", charge, &core->init_cpu);
	if (status == OK)
		status = open_environment(core, "ROM", "init", CAP_NULL, &core->init_rom);
	if (status == OK)
		status = rom_session_memory(core->init_rom, &memory, &size);
	if (status != OK)
		return status;

	const struct child_start start = {
		.domain = pd_session_domain(core->init_pd),
		.account = account,
		.context = core->init_cpu->served.cap,
		.binary = memory,
		.binary_size = size,
		.parent = core->parent.cap,
	};

	return child_start(&core->env, &start, &core->init_image);
}
