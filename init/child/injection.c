/* SPDX-License-Identifier: MIT */
#include "injection.h"

#include <base/log.h>
#include <base/status_name.h>
#include <event_session/types.h>
#include <kernel/client.h>
#include <string.h>

#include "child.h"
#include "init.h"

/* Behind the message pages of the first thread, where nothing of the program can be. */
enum { CODE_BYTES = 4096 };
#define MESSAGE_ADDRESS (CHILD_MESSAGE_ADDRESS + CHILD_MESSAGE_PAGES * 4096ul)
#define CODE_ADDRESS    (MESSAGE_ADDRESS + 4096)

static const uint8_t null_write[] = {0xc6, 0x04, 0x25, 0, 0, 0, 0, 0}; /* movb $0, 0 */
static const uint8_t divide[] = {0x31, 0xc9, 0xf7, 0xf1}; /* xor %ecx, %ecx; div %ecx */

static struct ipc *ipc_of(const struct child *child)
{
	return &child->init->env->ipc;
}

/* ---- a thread that faults ---- */

static enum status make_code(struct child *child, const uint8_t *code, size_t size)
{
	struct env *env = child->init->env;
	const struct charge_create_memory_params params = {.size = CODE_BYTES};
	struct charge_create_memory_results made;
	enum status status = charge_create_memory(&env->ipc, env->account, &params, &made);
	void *base;

	if (status != OK)
		return status;
	child->injection.code = made.memory;

	const struct region_attach attach = {
		.memory = made.memory, .size = CODE_BYTES, .write = true};

	status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		return status;
	memcpy(base, code, size);
	region_detach(&env->regions, base, CODE_BYTES);

	const struct space_map_params map = {
		.memory = made.memory,
		.account = env->account,
		.address = CODE_ADDRESS,
		.size = CODE_BYTES,
		.execute = true,
	};

	return space_map(&env->ipc, child->domain, &map);
}

static enum status start_thread(struct child *child)
{
	struct env *env = child->init->env;
	const struct charge_create_thread_params params = {
		.domain = child->domain,
		.context = child->context,
		.entry = CODE_ADDRESS,
		.stack = CODE_ADDRESS,
		.message_address = MESSAGE_ADDRESS,
		.message_pages = 1,
	};
	struct charge_create_thread_results made;
	const enum status status = charge_create_thread(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;
	child->injection.thread = made.thread;
	return thread_start(&env->ipc, made.thread);
}

static enum status fault(struct child *child, const uint8_t *code, size_t size)
{
	enum status status = ERR_NOT_NOW; /* it has one, which has still to fault */

	if (cap_valid(child->injection.code))
		return status;
	status = make_code(child, code, size);
	if (status == OK)
		status = start_thread(child);
	if (status != OK)
		injection_fini(child);
	return status;
}

void injection_fini(struct child *child)
{
	ipc_drop(ipc_of(child), child->injection.thread);
	ipc_drop(ipc_of(child), child->injection.code);
	child->injection = (struct injection){0};
}

/* ---- orders ---- */

static enum status inject_null_write(struct child *child)
{
	return fault(child, null_write, sizeof(null_write));
}

static enum status inject_divide(struct child *child)
{
	return fault(child, divide, sizeof(divide));
}

static enum status inject_hang(struct child *child)
{
	return thread_stop(ipc_of(child), child->image.thread);
}

static enum status inject_kill(struct child *child)
{
	child_end(child, CHILD_FAILED, "killed by the test driver");
	return OK;
}

static const struct fault {
	const char *name;
	enum status (*inject)(struct child *child);
} faults[] = {
	{"null_write", inject_null_write},
	{"divide", inject_divide},
	{"hang", inject_hang},
	{"kill", inject_kill},
	{"hoard", child_strip},
};

static struct child *find_child(const struct init *init, struct capnp_text name)
{
	for (struct child *at = init->all; at; at = at->next) {
		if (capnp_text_equal(name, at->name) && at->state != CHILD_REMOVED)
			return at;
	}
	return NULL;
}

/* Why not; NULL: it is done. The order is there until the first call. */
static const char *carry_out(struct child *child, const struct event_order_results *order)
{
	if (!child)
		return "no such child";
	if (child->state != CHILD_RUNNING && child->state != CHILD_STUCK)
		return "not running";
	if (capnp_text_equal(order->fault, "drop"))
		return routed_drop(child, order->service, order->label) ? NULL : "no such session";
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (capnp_text_equal(order->fault, faults[i].name)) {
			const enum status status = faults[i].inject(child);

			return status == OK ? NULL : status_name(status);
		}
	}
	return "no such fault";
}

void injection_carry_out(struct init *init, const struct event_order_results *order)
{
	struct child *child = find_child(init, order->child);
	const char *refusal = carry_out(child, order);
	char detail[64];

	text_format(detail, sizeof(detail), "refused=%s", refusal ? refusal : "");
	init_report(init, "injected", child ? child->name : "", refusal ? detail : NULL);
}
