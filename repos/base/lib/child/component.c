/* SPDX-License-Identifier: MIT */
#include <base/child_component.h>
#include <base/log.h>
#include <kernel/client.h>
#include <parent/client.h>
#include <pd_session/client.h>
#include <rom_session/client.h>
#include <string.h>

static struct env *env_of(const struct child_component *child)
{
	return child->entrypoint->env;
}

/* ---- its sessions ---- */

static struct child_component_session *find(struct child_component *child, uint32_t id)
{
	for (unsigned i = 0; i < CHILD_COMPONENT_SESSIONS_MAX; i++) {
		if (child->sessions[i].open && child->sessions[i].session.id == id)
			return &child->sessions[i];
	}
	return NULL;
}

static struct child_component_session *find_free(struct child_component *child)
{
	for (unsigned i = 0; i < CHILD_COMPONENT_SESSIONS_MAX; i++) {
		if (!child->sessions[i].open)
			return &child->sessions[i];
	}
	return NULL;
}

/* One of those it is born with, paid by the parent. */
static enum status open_environment(struct child_component *child,
                                    const struct session_request *request, cap_t *out_session)
{
	struct child_component_session *place = find_free(child);
	const enum status status = session_open(env_of(child), request, &place->session);

	if (status != OK)
		return status;
	place->open = true;
	*out_session = place->session.cap;
	return OK;
}

static void give_back(struct child_component *child, uint64_t ram, uint32_t caps)
{
	struct env *env = env_of(child);
	const struct charge_fund_params params = {
		.child = child->account, .ram = ram, .caps = caps};

	/* It came from there a moment ago. */
	if (child->alive && (ram || caps))
		(void)charge_fund(&env->ipc, env->account, &params);
}

static void close_session(struct child_component *child, struct child_component_session *place)
{
	session_close(env_of(child), &place->session);
	give_back(child, place->ram, place->caps);
	*place = (struct child_component_session){0};
}

static enum status pass_on(struct child_component *child,
                           const struct parent_session_params *params,
                           struct child_component_session *place)
{
	struct env *env = env_of(child);
	const struct account_refund_params refund = {.ram = params->ram, .caps = params->caps};
	struct parent_session_results results;
	enum status status = account_refund(&env->ipc, child->account, &refund);

	if (status != OK)
		return status;
	status = parent_session(&env->ipc, env->parent, params, &results);
	if (status != OK) {
		give_back(child, params->ram, params->caps);
		return status;
	}
	*place = (struct child_component_session){
		.session = {.cap = results.session, .id = results.id},
		.ram = params->ram,
		.caps = params->caps,
		.open = true,
	};
	return OK;
}

/* The text of a child ends where it says, not at a NUL. */
static enum status join(char out[CHILD_COMPONENT_LABEL_MAX], const char *name,
                        struct capnp_text *label)
{
	const size_t size = text_format(out, CHILD_COMPONENT_LABEL_MAX,
	                                label->size > 0 ? "%s -> " : "%s", name);

	if (size + label->size >= CHILD_COMPONENT_LABEL_MAX)
		return ERR_BAD_ARG;
	if (label->size > 0)
		memcpy(out + size, label->at, label->size);
	out[size + label->size] = '\0';
	*label = (struct capnp_text){.at = out, .size = (uint32_t)size + label->size};
	return OK;
}

enum status child_component_session(struct child_component *child, const char *name,
                                    const struct parent_session_params *params,
                                    struct parent_session_results *results)
{
	struct parent_session_params named = *params;
	char label[CHILD_COMPONENT_LABEL_MAX];
	struct child_component_session *place = find_free(child);

	if (!place)
		return ERR_DENIED;

	enum status status = name ? join(label, name, &named.label) : OK;

	if (status == OK)
		status = pass_on(child, &named, place);
	if (status != OK)
		return status;
	results->session = place->session.cap;
	results->id = place->session.id;
	return OK;
}

enum status child_component_resources(struct child_component *child,
                                      struct parent_resources_results *results)
{
	results->space = child->space;
	results->account = child->charge;
	return OK;
}

enum status child_component_close(struct child_component *child, uint32_t id)
{
	struct child_component_session *place = find(child, id);

	if (!place)
		return ERR_BAD_ARG;
	close_session(child, place);
	return OK;
}

/* ---- its birth ---- */

static enum status create_account(struct child_component *child,
                                  const struct child_component_setup *setup)
{
	struct env *env = env_of(child);
	const struct charge_create_account_params params = {.ram = setup->ram, .caps = setup->caps};
	struct charge_create_account_results made;
	struct self_derive_results facet;
	enum status status = charge_create_account(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;
	child->account = made.account;

	const struct self_derive_params derive = {
		.cap = made.account.id, .interface = CHARGE_INTERFACE, .account = made.account};

	status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
	if (status == OK)
		child->charge = facet.derived;
	return status;
}

static enum status create_domain(struct child_component *child,
                                 const struct child_component_setup *setup)
{
	struct ipc *ipc = &env_of(child)->ipc;
	const struct session_request request = {
		.service = "PD", .label = setup->name, .argument = child->charge};
	struct pd_domain_results made;
	cap_t pd;
	enum status status = open_environment(child, &request, &pd);

	if (status == OK)
		status = pd_domain(ipc, pd, &made);
	if (status != OK)
		return status;
	child->domain = made.domain;
	child->space = made.space;
	return OK;
}

static enum status watch(struct child_component *child, cap_t faulted)
{
	const struct domain_watch_params params = {.faulted = faulted};

	return cap_valid(faulted) ? domain_watch(&env_of(child)->ipc, child->domain, &params) : OK;
}

static enum status create_context(struct child_component *child,
                                  const struct child_component_setup *setup)
{
	const struct session_request request = {
		.service = "CPU", .label = setup->name, .argument = child->charge};

	return open_environment(child, &request, &child->context);
}

static enum status open_binary(struct child_component *child,
                               const struct child_component_setup *setup)
{
	const struct session_request request = {.service = "ROM", .label = setup->binary};
	struct rom_dataspace_results space;
	cap_t rom;
	enum status status = open_environment(child, &request, &rom);

	if (status == OK)
		status = rom_dataspace(&env_of(child)->ipc, rom, &space);
	if (status != OK)
		return status;
	child->binary = space.memory;
	child->binary_size = space.size;
	return OK;
}

static enum status load(struct child_component *child, served_dispatch *dispatch)
{
	static const uint32_t interfaces[] = {PARENT_INTERFACE, 0};
	const enum status status = entrypoint_serve(child->entrypoint, &child->parent, dispatch,
	                                            interfaces, child->charge);

	if (status != OK)
		return status;

	const struct child_start start = {
		.domain = child->domain,
		.account = child->charge,
		.context = child->context,
		.binary = child->binary,
		.binary_size = child->binary_size,
		.parent = child->parent.cap,
	};

	return child_start(env_of(child), &start, &child->image);
}

enum status child_component_start(struct child_component *child, struct entrypoint *entrypoint,
                                  const struct child_component_setup *setup)
{
	*child = (struct child_component){.entrypoint = entrypoint, .alive = true};

	enum status status = create_account(child, setup);

	if (status == OK)
		status = create_domain(child, setup);
	if (status == OK)
		status = watch(child, setup->faulted);
	if (status == OK)
		status = create_context(child, setup);
	if (status == OK)
		status = open_binary(child, setup);
	if (status == OK)
		status = load(child, setup->dispatch);
	if (status != OK)
		child_component_end(child);
	return status;
}

/* ---- its end ---- */

void child_component_end(struct child_component *child)
{
	struct ipc *ipc = &env_of(child)->ipc;

	if (!child->alive)
		return;
	child->alive = false;
	if (cap_valid(child->account))
		(void)account_destroy(ipc, child->account); /* the parent owns it */
	entrypoint_unserve(child->entrypoint, &child->parent);
	child_image_fini(env_of(child), &child->image);
	ipc_drop(ipc, child->binary);
	ipc_drop(ipc, child->space);
	ipc_drop(ipc, child->domain);
	ipc_drop(ipc, child->charge);
	ipc_drop(ipc, child->account);
	child->binary = child->context = child->domain = CAP_NULL;
	child->space = child->charge = child->account = CAP_NULL;
	for (unsigned i = 0; i < CHILD_COMPONENT_SESSIONS_MAX; i++) {
		if (child->sessions[i].open)
			close_session(child, &child->sessions[i]);
	}
}
