/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <base/backtrace.h>
#include <base/log.h>
#include <base/status_name.h>
#include <kernel/client.h>
#include <pd_session/client.h>
#include <rom_session/client.h>
#include <stdlib.h>
#include <string.h>

#include "init.h"
#include "parent.h"
#include "route/exported.h"

/* A sibling that serves a child's environment gets this long for one call; the parent is trusted. */
#define ENVIRONMENT_CALL_NS 100000000ul

/* What a donation for an environment session grows by, and how often. */
enum { ENVIRONMENT_RAM_STEP = 4096, ENVIRONMENT_CAPS_STEP = 2, ENVIRONMENT_ROUNDS_MAX = 16 };

static struct ipc *ipc_of(const struct child *child)
{
	return &child->init->env->ipc;
}

void child_init(struct child *child, struct init *init, const struct plan_child *plan)
{
	*child = (struct child){.init = init, .plan = plan, .state = CHILD_RESTARTING};
	text_format(child->name, sizeof(child->name), "%s", plan->name);
	call_queue_init(&child->calls, child);
	call_queue_init(&child->asks, child);
}

void child_poll(struct child *child)
{
	call_queue_poll(&child->calls);
	call_queue_poll(&child->asks);
	if (child_alive(child))
		return;
	call_queue_settle(&child->calls);
	call_queue_settle(&child->asks);
	supervision_settled(child); /* it may be gone after this */
}

bool child_alive(const struct child *child)
{
	return child->state == CHILD_STARTING || child->state == CHILD_RUNNING ||
	       child->state == CHILD_STUCK;
}

bool child_awaited(const struct child *child)
{
	return child_alive(child) || child->state == CHILD_RESTARTING;
}

const char *child_state_name(enum child_state state)
{
	static const char *const names[] = {
		[CHILD_STARTING] = "starting",     [CHILD_RUNNING] = "running",
		[CHILD_STUCK] = "stuck",           [CHILD_EXITED] = "exited",
		[CHILD_FAULTED] = "faulted",       [CHILD_FAILED] = "failed",
		[CHILD_RESTARTING] = "restarting", [CHILD_PARKED] = "parked",
		[CHILD_REMOVED] = "removed",
	};

	return names[state];
}

bool child_tells_refusal(struct child *child)
{
	enum { TOLD_MAX = 32 };

	if (child->refusals_told == TOLD_MAX)
		return false;
	child->refusals_told++;
	if (child->refusals_told == TOLD_MAX)
		log_line(child->init->env,
		         "%s is refused again and again: this is the last time it is told",
		         child->plan->name);
	return true;
}

/* ---- the end ---- */

static void drop_services(struct child *child)
{
	while (child->services) {
		struct child_service *service = child->services;

		child->services = service->next;
		ipc_drop(ipc_of(child), service->root);
		free(service);
	}
}

/* All it had is destroyed at once; what others did for it is closed in the background. */
static void take_back(struct child *child)
{
	const struct signal_signal_params poll = {0};
	struct ipc *ipc = ipc_of(child);

	(void)spending_sample(child);
	if (cap_valid(child->account))
		(void)account_destroy(ipc, child->account); /* init owns it */
	entrypoint_unserve(&child->init->entrypoint, &child->parent);
	child_image_fini(child->init->env, &child->image);
	injection_fini(child);
	ipc_drop(ipc, child->binary);
	ipc_drop(ipc, child->space);
	ipc_drop(ipc, child->domain);
	ipc_drop(ipc, child->charge);
	ipc_drop(ipc, child->account);
	child->binary = child->context = child->space = child->domain = CAP_NULL;
	child->charge = child->account = CAP_NULL;
	child->assigned_ram = child->assigned_caps = 0;
	routed_server_died(child);
	drop_services(child);
	exported_retry(child->init);
	routed_client_died(child);
	/* Its rings go from the loop: this may be one of their answers. */
	(void)signal_signal(ipc, child->init->answered.signal, &poll);
}

/* What comes after an end: nothing, a new beginning, or no more of them. */
static enum child_state verdict(struct child *child, enum child_state how, bool wished)
{
	if (how == CHILD_RESTARTING || wished || !child->plan->restart.limit)
		return how;
	return supervision_returns(child) ? CHILD_RESTARTING : CHILD_PARKED;
}

static void end(struct child *child, enum child_state how, const char *reason, bool wished)
{
	struct supervision *supervision = &child->supervision;
	char detail[32];

	if (reason != supervision->reason)
		text_format(supervision->reason, SUPERVISION_REASON_MAX, "%s", reason);
	supervision->ended_at = entrypoint_now(&child->init->entrypoint);
	supervision_ended(child);
	child->state = verdict(child, how, wished); /* before its clients hear of it */
	take_back(child);
	if (child->state == CHILD_RESTARTING) {
		supervision_restart(child);
	} else if (child->state == CHILD_PARKED) {
		log_line(child->init->env, "%s is parked: restarting it does not help (%s)",
		         child->plan->name, supervision->reason);
		text_format(detail, sizeof(detail), "restarts=%u", supervision->restarts);
		init_report(child->init, "parked", child->plan->name, detail);
	}
}

void child_remove(struct child *child)
{
	child->removed = (struct plan_child){.name = child->name, .binary = child->name};
	child->plan = &child->removed;
	child->supervision.restarts = 0;
	if (child_alive(child)) {
		end(child, CHILD_REMOVED, "", true);
	} else {
		supervision_ended(child);
		child->state = CHILD_REMOVED;
		routed_server_died(child); /* nobody waits for it to come back */
	}
	exported_removed(child);
	init_report(child->init, "removed", child->name, NULL);
}

void child_end(struct child *child, enum child_state how, const char *reason)
{
	end(child, how, reason, false);
}

void child_renew(struct child *child, const char *reason)
{
	child->supervision.recent_count = 0;
	if (child_alive(child)) {
		end(child, CHILD_RESTARTING, reason, false);
		return;
	}
	child->state = CHILD_RESTARTING;
	supervision_again(child);
}

void child_stuck(struct child *child, const char *reason)
{
	child->state = CHILD_STUCK;
	log_line(child->init->env, "%s is stuck: %s", child->plan->name, reason);
	init_report(child->init, "stuck", child->plan->name, reason);
	if (child->plan->restart.limit)
		end(child, CHILD_STUCK, reason, false);
}

static void fail(struct child *child, const char *what, enum status status)
{
	char detail[SUPERVISION_REASON_MAX];

	text_format(detail, sizeof(detail), "step=%s reason=%s", what, status_name(status));
	log_line(child->init->env, "%s can't be started: %s: %s (%s:%u)", child->plan->name, what,
	         status_name(status), plan_file(child->init->plan, child->plan->place),
	         child->plan->place.line);
	init_report(child->init, "failed", child->plan->name, detail);
	end(child, CHILD_FAILED, detail, false);
}

void child_exited(struct child *child, int code)
{
	struct charge_usage_results usage = {0};
	char detail[160];

	/* For the report only. */
	(void)charge_usage(ipc_of(child), child->account, &usage);
	text_format(detail, sizeof(detail), "code=%d ram=%lu/%lu caps=%lu/%lu", code,
	            usage.ram_used, usage.ram_limit, usage.caps_used, usage.caps_limit);
	init_report(child->init, "exited", child->plan->name, detail);
	end(child, CHILD_EXITED, detail, code == 0);
	if (child->plan->exit_propagate && child->state == CHILD_EXITED)
		env_exit(child->init->env, code);
}

void child_check_fault(struct child *child)
{
	char text[FAULT_TEXT_MAX], detail[FAULT_TEXT_MAX + 96];

	if (!child_alive(child) || !cap_valid(child->domain) ||
	    !fault_describe(child->init->env, child->domain, text))
		return;
	text_format(detail, sizeof(detail), "%s binary=%s announced=%s", text, child->plan->binary,
	            child->plan->may_fault ? "yes" : "no");
	log_line(child->init->env, "%s has faulted: %s", child->plan->name, text);
	init_report(child->init, "faulted", child->plan->name, detail);
	/* Its clients must not wait for it, and what it has is better used elsewhere. */
	end(child, CHILD_FAULTED, text, false);
}

/* ---- the start, step by step ---- */

/* A child that can afford it donates more, like any client; the deeper init nests, the more it takes. */
static void environment_opened(struct routed_session *session, enum status status)
{
	struct child *child = session->client;
	struct child_opening *opening = &child->opening;
	const bool ram = status == ERR_INSUFFICIENT_RAM, caps = status == ERR_INSUFFICIENT_CAPS;

	if ((!ram && !caps) || ++opening->rounds > ENVIRONMENT_ROUNDS_MAX) {
		opening->done(session, status);
		return;
	}
	if (ram)
		opening->wish.ram += ENVIRONMENT_RAM_STEP;
	else
		opening->wish.caps += ENVIRONMENT_CAPS_STEP;
	routed_open(child, &opening->wish, environment_opened);
}

static void open_environment(struct child *child, const char *service, const char *label,
                             cap_t argument, routed_done *done)
{
	child->opening = (struct child_opening){
		.wish =
			{
				.service = service,
				.label = label,
				.argument = argument,
				.borrowed = true,
				.ram = session_cost(service).ram,
				.caps = session_cost(service).caps,
				.environment = true,
			},
		.done = done,
	};
	routed_open(child, &child->opening.wish, environment_opened);
}

/* Calls to a sibling's session must not hold up everybody. */
static void limit_calls(struct routed_session *session, bool begin)
{
	struct init *init = session->init;

	if (session->where == ROUTED_AT_CHILD)
		init->env->ipc.deadline =
			begin ? entrypoint_now(&init->entrypoint) + ENVIRONMENT_CALL_NS : 0;
}

static void start_thread(struct routed_session *rom, enum status status)
{
	struct child *child = rom->client;
	struct rom_dataspace_results binary = {0};

	(void)env_reserve_slots(child->init->env); /* for what its start leaves with init */

	limit_calls(rom, true);
	if (status == OK)
		status = rom_dataspace(ipc_of(child), rom->cap, &binary);
	limit_calls(rom, false);
	if (status != OK) {
		fail(child, "binary", status);
		return;
	}

	const struct child_start start = {
		.domain = child->domain,
		.account = child->charge,
		.context = child->context,
		.binary = binary.memory,
		.binary_size = binary.size,
		.parent = child->parent.cap,
		.flags = child->plan->heartbeat.every_ns ? ENV_BEATS : 0,
	};

	status = child_start(child->init->env, &start, &child->image);
	child->binary = binary.memory;
	if (status != OK) {
		fail(child, "load", status);
		return;
	}
	child->state = CHILD_RUNNING;
	supervision_started(child);
}

static void open_rom(struct routed_session *cpu, enum status status)
{
	struct child *child = cpu->client;

	if (status != OK) {
		fail(child, "CPU", status);
		return;
	}
	child->context = cpu->cap; /* the session's to drop */
	open_environment(child, "ROM", child->plan->binary, CAP_NULL, start_thread);
}

static enum status take_domain(struct child *child, cap_t pd)
{
	struct pd_domain_results made;
	const struct domain_watch_params watch = {.faulted = child->init->faulted.signal};
	const enum status status = pd_domain(ipc_of(child), pd, &made);

	if (status != OK)
		return status;
	child->domain = made.domain;
	child->space = made.space;
	return domain_watch(ipc_of(child), child->domain, &watch);
}

static void open_cpu(struct routed_session *pd, enum status status)
{
	struct child *child = pd->client;

	limit_calls(pd, true);
	if (status == OK)
		status = take_domain(child, pd->cap);
	limit_calls(pd, false);
	if (status != OK) {
		fail(child, "PD", status);
		return;
	}
	open_environment(child, "CPU", "", child->charge, open_rom);
}

void child_begin(struct child *child)
{
	enum status status;

	child->state = CHILD_STARTING;
	child->life++;
	spending_begin(&child->spending);
	child->granted_ram = child->granted_caps = 0;
	child->short_ram = child->short_caps = 0;
	child->refusals_told = child->short_told = 0;
	init_report(child->init, "started", child->plan->name, NULL);
	(void)env_reserve_slots(child->init->env); /* without them it fails, with a reason */
	status = child_create_account(child);
	if ((status == ERR_OUT_OF_RAM || status == ERR_OUT_OF_CAPS) &&
	    supervision_postpone(child)) {
		take_back(child);
		return;
	}
	if (status == OK)
		status = parent_serve(child);
	if (status != OK) {
		fail(child, "budget", status);
		return;
	}
	open_environment(child, "PD", "", child->charge, open_cpu);
}

cap_t child_root(const struct child *child, const char *service)
{
	for (const struct child_service *at = child->services; at; at = at->next) {
		if (strcmp(at->name, service) == 0)
			return at->root;
	}
	return CAP_NULL;
}
