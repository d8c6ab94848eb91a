/* SPDX-License-Identifier: MIT */
/*
 * Child processes as components: this component is their parent.
 *
 * A child has an account below this one's, filled with what it needs to start; what it needs more it
 * asks for, and gets as long as this component has it. One capability is all that it knows: its
 * Parent, its PD, its CPU session (the scheduling context is shared), and the process that spawned it.
 * It gets the same configuration. Any other session is passed on to this component's own parent, as
 * if it were one of this component's, and paid by the child.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include <base/elf.h>
#include <base/log.h>
#include <base/rom.h>
#include <cpu_session/server.h>
#include <kernel/client.h>
#include <parent/client.h>
#include <parent/server.h>
#include <pd_session/server.h>
#include <process/family.h>
#include <spawner/server.h>
#include <vfs/file_system.h>

#include <native_process.h>

#include "component.h"
#include "service.h"

/* Beside what its image takes: page tables, heap, threads. */
enum { START_RAM = 192 * 1024, START_CAPS = 48, NAME_PART = 31 };

static struct ipc *ipc_of_lock(void)
{
	return &component_env()->ipc;
}

/* ---- the process's questions ---------------------------------------------------------------- */

/* Room for answers; used under the lock. */
static uint8_t answer_bytes[MESSAGE_BYTES_MAX];
static struct file_status answer_status;
static struct directory_entry answer_entry;

static struct child *process_of(void *self)
{
	return ((struct native_child *)self)->child;
}

static const char *string_of(struct capnp_text text)
{
	return text.at ? text.at : "";
}

static enum status birth(void *self, struct request *request,
                         struct process_parent_birth_results *results)
{
	const struct native_child *child = self;

	(void)request;
	results->memory = child->birth;
	results->size = child->birth_size;
	return OK;
}

static enum status listen(void *self, struct request *request,
                          const struct process_parent_listen_params *params)
{
	struct native_child *child = self;
	const struct self_copy_params copy = {.cap = params->news.id};
	struct self_copy_results copied;

	(void)request;
	if (cap_valid(child->news) || !cap_valid(params->news))
		return ERR_BAD_ARG;
	/* what is signalled must not be able to hold us up */
	const struct self_inspect_params inspect = {.cap = params->news.id};
	struct self_inspect_results kind;
	if (self_inspect(ipc_of_lock(), CAP_NULL, &inspect, &kind) != OK ||
	    kind.kind != OBJECT_KIND_NOTIFICATION)
		return ERR_BAD_ARG;
	const enum status status = self_copy(ipc_of_lock(), CAP_NULL, &copy, &copied);
	if (status != OK)
		return status;
	child->news = copied.copy;
	if (child->child->news_count || child->child->changed)
		native_child_wake(child); /* they came before anybody listened */
	return OK;
}

static enum status news(void *self, struct request *request,
                        struct process_parent_news_results *results)
{
	struct spawner_news told;

	(void)request;
	family_news(process_of(self), &told);
	*results = (struct process_parent_news_results){.signal = told.signal,
	                                                .sender = told.sender,
	                                                .group = told.group,
	                                                .changed = told.changed};
	return OK;
}

static enum status end(void *self, struct request *request,
                       const struct process_parent_end_params *params)
{
	(void)request;
	family_ended(process_of(self), params->status & 0xffff, params->stays);
	return params->stays ? OK : ERR_GONE; /* nobody is left to read it */
}

static enum status identify(void *self, struct request *request,
                            struct process_parent_identify_results *results)
{
	(void)request;
	results->process = family_identify(process_of(self)->process);
	return OK;
}

static enum status kill_relative(void *self, struct request *request,
                                 const struct process_parent_kill_params *params,
                                 struct process_parent_kill_results *results)
{
	(void)request;
	results->result = family_kill_from(process_of(self), params->process, params->signal);
	return OK;
}

static enum status join(void *self, struct request *request,
                        const struct process_parent_join_params *params)
{
	(void)request;
	family_join(process_of(self), params->group, params->session);
	return OK;
}

static enum status read_file(void *self, struct request *request,
                             const struct process_parent_read_params *params,
                             struct process_parent_read_results *results)
{
	enum { PART_MAX = MESSAGE_BYTES_MAX - 128 };
	const size_t size = params->size < PART_MAX ? params->size : PART_MAX;

	(void)request;
	results->result =
		family_read(process_of(self), params->file, answer_bytes, size, params->offset);
	if (results->result > 0) {
		results->data.at = answer_bytes;
		results->data.size = (uint32_t)results->result;
	}
	return OK;
}

static enum status write_file(void *self, struct request *request,
                              const struct process_parent_write_params *params,
                              struct process_parent_write_results *results)
{
	(void)request;
	results->result = family_write(process_of(self), params->file, params->data.at,
	                               params->data.size, params->offset);
	return OK;
}

static enum status seek(void *self, struct request *request,
                        const struct process_parent_seek_params *params,
                        struct process_parent_seek_results *results)
{
	(void)request;
	results->result =
		family_seek(process_of(self), params->file, params->offset, params->whence);
	return OK;
}

static enum status ready(void *self, struct request *request,
                         const struct process_parent_ready_params *params,
                         struct process_parent_ready_results *results)
{
	(void)request;
	results->events = family_ready(process_of(self), params->file);
	return OK;
}

static const struct file_status *told(const struct spawner_status *status)
{
	answer_status = (struct file_status){.mode = status->mode,
	                                     .stream = status->stream,
	                                     .id = status->id,
	                                     .size = (uint64_t)status->size,
	                                     .modified = status->modified_ns};
	return &answer_status;
}

static enum status status_of(void *self, struct request *request,
                             const struct process_parent_status_params *params,
                             struct process_parent_status_results *results)
{
	struct spawner_status status;

	(void)request;
	results->result = family_status(process_of(self), params->file, &status);
	if (results->result == 0)
		results->status.item = told(&status);
	return OK;
}

static enum status control(void *self, struct request *request,
                           const struct process_parent_control_params *params,
                           struct process_parent_control_results *results)
{
	enum { ARGUMENT_MAX = 256 };
	const uint32_t size = params->argument.size;

	(void)request;
	if (size > ARGUMENT_MAX)
		return ERR_BAD_ARG;
	if (size)
		memcpy(answer_bytes, params->argument.at, size);
	results->result =
		family_control(process_of(self), params->file, params->request, answer_bytes, size);
	results->argument.at = answer_bytes;
	results->argument.size = size;
	return OK;
}

static enum status truncate_file(void *self, struct request *request,
                                 const struct process_parent_truncate_params *params,
                                 struct process_parent_truncate_results *results)
{
	(void)request;
	results->result = family_truncate(process_of(self), params->file, params->size);
	return OK;
}

static enum status set_mode(void *self, struct request *request,
                            const struct process_parent_set_mode_params *params,
                            struct process_parent_set_mode_results *results)
{
	(void)request;
	results->result = family_set_mode(process_of(self), params->file, params->mode);
	return OK;
}

static enum status set_time(void *self, struct request *request,
                            const struct process_parent_set_time_params *params,
                            struct process_parent_set_time_results *results)
{
	(void)request;
	results->result = family_set_time(process_of(self), params->file, params->modified);
	return OK;
}

static enum status close_file(void *self, struct request *request,
                              const struct process_parent_close_params *params)
{
	(void)request;
	family_close(process_of(self), params->file);
	return OK;
}

static enum status lookup(void *self, struct request *request,
                          const struct process_parent_lookup_params *params,
                          struct process_parent_lookup_results *results)
{
	struct spawner_status status;

	(void)request;
	results->result = family_lookup(process_of(self), params->directory,
	                                string_of(params->name), &status);
	if (results->result >= 0)
		results->status.item = told(&status);
	return OK;
}

static enum status create_file(void *self, struct request *request,
                               const struct process_parent_create_params *params,
                               struct process_parent_create_results *results)
{
	(void)request;
	results->result = family_create(process_of(self), params->directory,
	                                string_of(params->name), params->mode);
	return OK;
}

static enum status link_file(void *self, struct request *request,
                             const struct process_parent_link_params *params,
                             struct process_parent_link_results *results)
{
	(void)request;
	results->result = family_link(process_of(self), params->directory, string_of(params->name),
	                              string_of(params->target));
	return OK;
}

static enum status target(void *self, struct request *request,
                          const struct process_parent_target_params *params,
                          struct process_parent_target_results *results)
{
	const char *to = "";

	(void)request;
	results->result = family_target(process_of(self), params->file, &to);
	results->target = capnp_text_of(to);
	return OK;
}

static enum status remove_file(void *self, struct request *request,
                               const struct process_parent_remove_params *params,
                               struct process_parent_remove_results *results)
{
	(void)request;
	results->result = family_delete(process_of(self), params->directory,
	                                string_of(params->name), params->folder);
	return OK;
}

static enum status rename_file(void *self, struct request *request,
                               const struct process_parent_rename_params *params,
                               struct process_parent_rename_results *results)
{
	(void)request;
	results->result =
		family_rename(process_of(self), params->directory, string_of(params->name),
	                      params->to, string_of(params->new_name));
	return OK;
}

static enum status list(void *self, struct request *request,
                        const struct process_parent_list_params *params,
                        struct process_parent_list_results *results)
{
	uint64_t cookie = params->cookie;

	(void)request;
	results->result = family_list(process_of(self), params->directory, &cookie, &answer_entry);
	if (results->result <= 0)
		return OK;
	results->cookie = cookie;
	results->id = answer_entry.id;
	results->mode = answer_entry.mode;
	results->name = capnp_text_of(answer_entry.name);
	return OK;
}

static const struct process_parent_server process_methods = {
	.birth = birth,
	.listen = listen,
	.news = news,
	.end = end,
	.identify = identify,
	.kill = kill_relative,
	.join = join,
	.read = read_file,
	.write = write_file,
	.seek = seek,
	.ready = ready,
	.status = status_of,
	.control = control,
	.truncate = truncate_file,
	.set_mode = set_mode,
	.set_time = set_time,
	.close = close_file,
	.lookup = lookup,
	.create = create_file,
	.link = link_file,
	.target = target,
	.remove = remove_file,
	.rename = rename_file,
	.list = list,
};

/* ---- the component's ------------------------------------------------------------------------ */

static void give_back(struct native_child *child, uint64_t ram, uint32_t caps)
{
	struct env *env = component_env();
	const struct charge_fund_params fund = {.child = child->account, .ram = ram, .caps = caps};

	if (child->child && (ram || caps))
		(void)charge_fund(&env->ipc, env->account, &fund); /* it came from there */
}

/*
 * Asks our own parent, which may take its time: without the lock, by the service thread's own means.
 */
static enum status pass_on(struct native_child *child, const struct parent_session_params *params,
                           struct child_session *out_session)
{
	struct service *service = service_of_component();
	struct env *env = component_env();
	const struct account_refund_params refund = {.ram = params->ram, .caps = params->caps};
	struct parent_session_results results;
	struct self_copy_results copied;

	enum status status = account_refund(&env->ipc, child->account, &refund);
	if (status != OK)
		return status;
	child->busy = true;
	native_unlock(service->self);
	status = parent_session(&service->ipc, env->parent, params, &results);
	native_lock(service->self);
	child->busy = false;
	if (status != OK) {
		give_back(child, params->ram, params->caps);
		return status;
	}
	const struct self_copy_params copy = {.cap = results.session.id};
	env_reserve_slots(env);
	status = self_copy(&env->ipc, CAP_NULL, &copy, &copied);
	ipc_drop(&service->ipc, results.session);
	*out_session = (struct child_session){.cap = status == OK ? copied.copy : CAP_NULL,
	                                      .id = results.id,
	                                      .ram = params->ram,
	                                      .caps = params->caps};
	return OK;
}

/* The lock is given up meanwhile. */
static void close_session(struct native_child *child, struct child_session *session)
{
	struct service *service = service_of_component();
	const struct parent_close_params params = {.id = session->id};

	ipc_drop(ipc_of_lock(), session->cap);
	child->busy = true;
	native_unlock(service->self);
	(void)parent_close(&service->ipc, component_env()->parent,
	                   &params); /* it keeps the books */
	native_lock(service->self);
	child->busy = false;
	give_back(child, session->ram, session->caps);
	native_heap_free(session);
}

static enum status open_session(struct native_child *child, struct parent_session_params params,
                                struct parent_session_results *results)
{
	struct child_session *session = native_heap_alloc(sizeof *session);

	if (!session)
		return ERR_NOT_NOW;
	if (params.label.size == 0)
		params.label = capnp_text_of(child->name);
	const enum status status = pass_on(child, &params, session);
	if (status != OK) {
		native_heap_free(session);
		return status;
	}
	session->next = child->sessions;
	child->sessions = session;
	if (!child->child)
		return ERR_GONE; /* it was destroyed meanwhile; children_clean closes the session */
	results->session = session->cap;
	results->id = session->id;
	return OK;
}

static enum status session(void *self, struct request *request,
                           const struct parent_session_params *params,
                           struct parent_session_results *results)
{
	struct native_child *child = self;
	const bool unlabelled = params->label.size == 0;

	(void)request;
	if (unlabelled &&
	    (capnp_text_equal(params->service, "PD") || capnp_text_equal(params->service, "CPU"))) {
		results->session = child->client;
		return OK;
	}
	if (capnp_text_equal(params->service, "ROM") && capnp_text_equal(params->label, "config")) {
		results->session = component_config();
		return OK;
	}
	return open_session(child, *params, results);
}

static enum status close_own(void *self, struct request *request,
                             const struct parent_close_params *params)
{
	struct native_child *child = self;

	(void)request;
	for (struct child_session **at = &child->sessions; *at; at = &(*at)->next) {
		struct child_session *session = *at;
		if (session->id != params->id)
			continue;
		*at = session->next;
		close_session(child, session);
		return OK;
	}
	return ERR_BAD_ARG;
}

/* An end without a word to the process: before there is one. */
static enum status leave(void *self, struct request *request,
                         const struct parent_exit_params *params)
{
	(void)request;
	family_ended(process_of(self), status_exited(params->code), false);
	return ERR_GONE;
}

/* As long as there is something to give, here or above. */
static enum status more(void *self, struct request *request,
                        const struct parent_request_params *params)
{
	struct native_child *child = self;
	struct env *env = component_env();
	const struct charge_fund_params fund = {
		.child = child->account, .ram = params->ram, .caps = params->caps};
	const struct parent_request_params ask = {.ram = params->ram, .caps = params->caps};

	(void)request;
	if (charge_fund(&env->ipc, env->account, &fund) == OK)
		return OK;
	if (parent_request(&env->ipc, env->parent, &ask) != OK)
		return ERR_DENIED;
	return charge_fund(&env->ipc, env->account, &fund) == OK ? OK : ERR_DENIED;
}

static const struct parent_server parent_methods = {
	.session = session, .close = close_own, .exit = leave, .request = more};

static enum status resources(void *self, struct request *request,
                             struct pd_resources_results *results)
{
	const struct native_child *child = self;

	(void)request;
	results->space = child->space;
	results->account = child->charge;
	return OK;
}

static enum status context(void *self, struct request *request, struct cpu_context_results *results)
{
	(void)self, (void)request;
	results->context = service_of_component()->context;
	return OK;
}

static const struct pd_server pd_methods = {.resources = resources};
static const struct cpu_server cpu_methods = {.context = context};

enum status child_dispatch(struct native_child *child, struct request *request)
{
	if (request->interface == PROCESS_PARENT_INTERFACE)
		return process_parent_dispatch(&process_methods, child, request);
	if (request->interface == PARENT_INTERFACE)
		return parent_dispatch(&parent_methods, child, request);
	if (request->interface == PD_INTERFACE)
		return pd_dispatch(&pd_methods, child, request);
	if (request->interface == CPU_INTERFACE)
		return cpu_dispatch(&cpu_methods, child, request);
	return ERR_UNSUPPORTED;
}

/* ---- its birth ------------------------------------------------------------------------------ */

/* Pages its image takes: what it writes to, and its stack. */
static uint64_t image_ram(const struct elf_image *elf)
{
	uint64_t ram = (elf->stack_size ? elf->stack_size : CHILD_STACK_DEFAULT) + NATIVE_PAGE_SIZE;

	for (unsigned i = 0; i < elf->segment_count; i++)
		if (elf->segments[i].write)
			ram += elf->segments[i].memory_size + 2 * NATIVE_PAGE_SIZE;
	return ram;
}

static enum status create_account(struct native_child *child, uint64_t ram)
{
	struct env *env = component_env();
	const struct charge_create_account_params params = {.ram = ram, .caps = START_CAPS};
	struct charge_create_account_results made;
	struct self_derive_results facet;
	enum status status;

	env_reserve_slots(env);
	do
		status = charge_create_account(&env->ipc, env->account, &params, &made);
	while (component_more(status, ram, START_CAPS));
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

static enum status create_domain(struct native_child *child)
{
	struct env *env = component_env();
	const struct charge_create_domain_params params = {.slots = CHILD_TABLE_SLOTS};
	struct charge_create_domain_results made;
	struct self_derive_results facet;

	env_reserve_slots(env);
	enum status status = charge_create_domain(&env->ipc, child->charge, &params, &made);
	if (status != OK)
		return status;
	child->domain = made.domain;
	const struct self_derive_params derive = {
		.cap = made.domain.id, .interface = SPACE_INTERFACE, .account = child->charge};
	status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
	if (status == OK)
		child->space = facet.derived;
	const struct domain_watch_params watch = {.faulted = service_of_component()->faulted};
	return status == OK ? domain_watch(&env->ipc, child->domain, &watch) : status;
}

static enum status create_client(struct native_child *child)
{
	struct env *env = component_env();
	struct service *service = service_of_component();
	const struct endpoint_mint_params params = {
		.account = child->charge,
		.badge = child->badge,
		.interface0 = PROCESS_PARENT_INTERFACE,
		.interface1 = PARENT_INTERFACE,
		.interface2 = PD_INTERFACE,
		.interface3 = CPU_INTERFACE,
	};
	struct endpoint_mint_results results;

	env_reserve_slots(env);
	const enum status status = endpoint_mint(&env->ipc, service->endpoint, &params, &results);
	if (status == OK)
		child->client = results.client;
	return status;
}

/* Memory of the child's with this content. */
static enum status create_copy(struct native_child *child, const void *content, size_t size,
                               cap_t *out_memory)
{
	struct env *env = component_env();
	const size_t rounded = (size + NATIVE_PAGE_SIZE - 1) & ~(size_t)(NATIVE_PAGE_SIZE - 1);
	const struct charge_create_memory_params params = {.size = rounded};
	struct charge_create_memory_results made;
	void *base;

	env_reserve_slots(env);
	enum status status = charge_create_memory(&env->ipc, child->charge, &params, &made);
	if (status != OK)
		return status;
	*out_memory = made.memory;
	const struct region_attach attach = {.memory = made.memory, .size = rounded, .write = true};
	status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		return status;
	memcpy(base, content, size);
	region_detach(&env->regions, base, rounded);
	return OK;
}

static enum status start(struct native_child *child, const struct native_spawn *spawn)
{
	struct env *env = component_env();
	const struct rom *rom = component_rom(spawn->image);
	cap_t copy = CAP_NULL;

	enum status status = rom ? OK : create_copy(child, spawn->image, spawn->image_size, &copy);
	const struct child_start start = {
		.domain = child->domain,
		.account = child->charge,
		.context = service_of_component()->context,
		.binary = rom ? rom->memory : copy,
		.binary_size = spawn->image_size,
		.parent = child->client,
	};
	env_reserve_slots(env);
	if (status == OK)
		status = child_start(env, &start, &child->image);
	/* mapped it stays: the grant is an owner's, so it goes with the account alone */
	if (cap_valid(copy))
		child->binary = copy;
	return status;
}

static void name_child(struct native_child *child, const char *path)
{
	const char *slash = strrchr(path, '/');

	strncpy(child->name, slash ? slash + 1 : path, NAME_PART);
}

/* Everything of the child that is the kernel's. */
static void end_component(struct native_child *child)
{
	struct env *env = component_env();
	const cap_t caps[] = {child->news,  child->client, child->space, child->domain,
	                      child->birth, child->binary, child->charge};

	if (cap_valid(child->account))
		(void)account_destroy(&env->ipc, child->account); /* ours: it can't be refused */
	child_image_fini(env, &child->image);
	for (unsigned i = 0; i < sizeof caps / sizeof *caps; i++)
		ipc_drop(&env->ipc, caps[i]);
	ipc_drop(&env->ipc, child->account);
	child->account = CAP_NULL;
}

static void forget(struct service *service, struct native_child *child)
{
	struct native_child **at = &service->children;

	while (*at != child)
		at = &(*at)->next;
	*at = child->next;
	native_heap_free(child);
}

enum status native_child_create(const struct native_spawn *spawn, struct native_child **out_child)
{
	struct service *service = service_of_component();
	struct elf_image elf;

	enum status status = elf_read(spawn->image, spawn->image_size, &elf);
	if (status == OK)
		status = native_service_start();
	if (status != OK)
		return status;
	struct native_child *child = native_heap_alloc(sizeof *child);
	if (!child)
		return ERR_OUT_OF_RAM;
	*child = (struct native_child){.next = service->children,
	                               .child = spawn->child,
	                               .badge = ++service->badges,
	                               .birth_size = spawn->birth_size};
	name_child(child, spawn->name);
	service->children = child;
	const uint64_t image = component_rom(spawn->image) ? 0 : spawn->image_size;
	status = create_account(child, image_ram(&elf) + image + spawn->birth_size + START_RAM);
	if (status == OK)
		status = create_domain(child);
	if (status == OK)
		status = create_client(child);
	if (status == OK)
		status = create_copy(child, spawn->birth, spawn->birth_size, &child->birth);
	if (status == OK)
		status = start(child, spawn);
	if (status == OK) {
		*out_child = child;
		return OK;
	}
	end_component(child);
	forget(service, child);
	return status;
}

/* ---- its end -------------------------------------------------------------------------------- */

void native_child_destroy(struct native_child *child)
{
	struct service *service = service_of_component();
	const struct signal_signal_params bits = {0};

	end_component(child);
	child->child = NULL;
	if (child->busy || child->sessions)
		(void)signal_signal(ipc_of_lock(), service->clean,
		                    &bits); /* our own notification */
	else
		forget(service, child);
}

void children_clean(struct service *service)
{
	struct native_child *child = service->children;

	while (child) {
		if (child->child) {
			child = child->next;
			continue;
		}
		while (child->sessions) {
			struct child_session *session = child->sessions;
			child->sessions = session->next;
			close_session(child, session);
		}
		forget(service, child);
		child = service->children; /* the lock was given up: begin again */
	}
}

void native_child_wake(struct native_child *child)
{
	const struct signal_signal_params bits = {0};

	if (cap_valid(child->news))
		(void)signal_signal(ipc_of_lock(), child->news, &bits); /* or it has gone */
}

static int signal_of(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_KIND_NONE: return 0;
	case FAULT_KIND_PAGE_NOT_PRESENT:
	case FAULT_KIND_PAGE_PROTECTION:
	case FAULT_KIND_GENERAL_PROTECTION: return SIGSEGV;
	case FAULT_KIND_DIVIDE:
	case FAULT_KIND_FLOATING_POINT: return SIGFPE;
	case FAULT_KIND_INVALID_OPCODE: return SIGILL;
	case FAULT_KIND_BREAKPOINT: return SIGTRAP;
	case FAULT_KIND_ALIGNMENT:
	case FAULT_KIND_STACK:
	case FAULT_KIND_OTHER: return SIGBUS;
	}
	return SIGBUS;
}

void children_check_faults(struct service *service)
{
	struct env *env = component_env();
	struct domain_next_fault_results fault;

	for (struct native_child *child = service->children, *next; child; child = next) {
		next = child->next;
		if (!child->child || domain_next_fault(&env->ipc, child->domain, &fault) != OK ||
		    fault.kind == FAULT_KIND_NONE)
			continue;
		log_line(env, "%s: fault at address %lx, instruction %lx", child->name,
		         fault.address, fault.ip);
		family_ended(child->child, signal_of(fault.kind), false);
	}
}
