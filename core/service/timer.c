/* SPDX-License-Identifier: MIT */
/*
 * Timer: the time, and one alarm per session.
 */
#include <kernel/client.h>
#include <timer_session/server.h>

#include "core.h"
#include "platform/platform.h"

/* Alarms are core's work, before everybody else's: a session may cause only so much of it. */
enum { PERIOD_MIN_NS = 1000000 };

struct timer_session {
	struct core_session session;
	struct timeout timeout;
	uint64_t period;
	cap_t signal;
};

/* What would be beyond the end of time does not come. */
static uint64_t after(uint64_t now, uint64_t period)
{
	return period > UINT64_MAX - now ? UINT64_MAX : now + period;
}

static void alarm(struct timeout *timeout)
{
	struct timer_session *timer =
		(struct timer_session *)((char *)timeout - offsetof(struct timer_session, timeout));
	struct core *core = timer->session.core;
	const struct signal_signal_params params = {0};

	if (timer->period)
		entrypoint_arm(&core->entrypoint, timeout,
		               after(entrypoint_now(&core->entrypoint), timer->period));
	/* A client that has gone needs no alarm. */
	if (cap_valid(timer->signal))
		(void)signal_signal(&core->env.ipc, timer->signal, &params);
}

static enum status now(void *self, struct request *request, struct timer_now_results *results)
{
	(void)request;
	results->now = entrypoint_now(&((struct timer_session *)self)->session.core->entrypoint);
	return OK;
}

static enum status watch(void *self, struct request *request,
                         const struct timer_watch_params *params)
{
	struct timer_session *timer = self;
	struct core *core = timer->session.core;

	if (!platform_is_kernel_object(core, params->alarm, OBJECT_KIND_NOTIFICATION))
		return ERR_BAD_ARG;
	ipc_drop(&core->env.ipc, timer->signal);
	timer->signal = request_take(request, params->alarm);
	return OK;
}

static enum status trigger(void *self, struct request *request,
                           const struct timer_trigger_params *params)
{
	struct timer_session *timer = self;
	struct entrypoint *entrypoint = &timer->session.core->entrypoint;

	(void)request;
	if (params->period && params->period < PERIOD_MIN_NS)
		return ERR_BAD_ARG;
	timer->period = params->at ? params->period : 0;
	if (params->at)
		entrypoint_arm(entrypoint, &timer->timeout, params->at);
	else
		entrypoint_disarm(entrypoint, &timer->timeout);
	return OK;
}

static const struct timer_server methods = {.now = now, .watch = watch, .trigger = trigger};

static enum status dispatch(struct served *served, struct request *request)
{
	return timer_dispatch(&methods, served, request);
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	(void)request, (void)params;
	((struct timer_session *)session)->timeout.run = alarm;
	return OK;
}

static void close(struct core_session *session)
{
	struct timer_session *timer = (struct timer_session *)session;

	entrypoint_disarm(&session->core->entrypoint, &timer->timeout);
	ipc_drop(&session->core->env.ipc, timer->signal);
}

static const uint32_t interfaces[] = {TIMER_INTERFACE, 0};

const struct core_service timer_service = {
	.name = "Timer",
	.session_bytes = sizeof(struct timer_session),
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};
