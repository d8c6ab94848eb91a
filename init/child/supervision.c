/* SPDX-License-Identifier: MIT */
#include "supervision.h"

#include <base/log.h>
#include <parent/types.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "init.h"
#include "kernel_signal.h"

static void arm(struct child *child, uint64_t wait);

static struct child *of_again(struct timeout *timeout)
{
	return (struct child *)((char *)timeout - offsetof(struct child, supervision.again));
}

static struct child *of_beat(struct timeout *timeout)
{
	return (struct child *)((char *)timeout - offsetof(struct child, supervision.beat));
}

static uint64_t now(const struct child *child)
{
	return entrypoint_now(&child->init->entrypoint);
}

/* ---- restart ---- */

/* How long a child waits for others that are starting. */
#define BEGIN_WAIT_NS 1000000000ul

static bool others_are_starting(struct child *child)
{
	struct supervision *supervision = &child->supervision;

	if (supervision->waited || ring_client_half_free(&child->init->ring))
		return false;
	if (!supervision->queued)
		arm(child, BEGIN_WAIT_NS);
	supervision->queued = true;
	return true;
}

/* False: it waits for others, as the next ones would. */
static bool begin_when_free(struct child *child)
{
	struct supervision *supervision = &child->supervision;

	if (child->state != CHILD_RESTARTING || !supervision->due || child->leaving > 0 ||
	    !call_queue_idle(&child->calls) || !call_queue_idle(&child->asks))
		return true;
	if (others_are_starting(child))
		return false;
	for (const struct child *other = child->init->all; other; other = other->next) {
		if (other->state == CHILD_REMOVED && strcmp(other->name, child->name) == 0)
			return true;
	}
	supervision->due = supervision->queued = supervision->waited = false;
	entrypoint_disarm(&child->init->entrypoint, &supervision->again);
	child_begin(child);
	return true;
}

static bool gone(const struct child *child)
{
	return child->state == CHILD_REMOVED && child->leaving == 0 && !child->past_sessions &&
	       call_queue_idle(&child->calls) && call_queue_idle(&child->asks);
}

/* Something has come back: who waits for that can begin. */
void supervision_begin_all(struct init *init)
{
	struct child *child = init->all;

	while (child && begin_when_free(child))
		child = child->next;
}

static void free_if_gone(struct child *child)
{
	struct init *init = child->init;

	if (!gone(child))
		return;
	for (struct child **place = &init->all; *place; place = &(*place)->next) {
		if (*place == child) {
			*place = child->next;
			break;
		}
	}
	free(child);
	supervision_begin_all(init);
}

void supervision_again(struct child *child)
{
	child->supervision.due = true;
	arm(child, 0);
}

bool supervision_postpone(struct child *child)
{
	for (const struct child *other = child->init->all; other; other = other->next) {
		if (other->state == CHILD_REMOVED || other->leaving > 0) {
			child->state = CHILD_RESTARTING;
			child->supervision.due = true;
			return true;
		}
	}
	return false;
}

static void back_off_over(struct timeout *timeout)
{
	struct child *child = of_again(timeout);

	if (child_alive(child)) {
		child_end(child, CHILD_RESTARTING, child->supervision.reason);
		return;
	}
	child->supervision.waited = child->supervision.queued;
	child->supervision.due = true;
	(void)begin_when_free(child);
}

/* Forgets restarts that are longer ago than the window. */
static void forget_old(struct supervision *supervision, uint64_t window, uint64_t at)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < supervision->recent_count; i++) {
		if (at - supervision->recent[i] < window)
			supervision->recent[kept++] = supervision->recent[i];
	}
	supervision->recent_count = kept;
}

bool supervision_returns(struct child *child)
{
	const struct plan_restart *restart = &child->plan->restart;
	struct supervision *supervision = &child->supervision;
	const uint64_t at = now(child);

	forget_old(supervision, restart->window_ns, at);
	if (supervision->recent_count >= restart->limit)
		return false;
	supervision->recent[supervision->recent_count++] = at;
	return true;
}

/* Doubled for each restart within the window, the window at most. */
static uint64_t back_off(const struct child *child)
{
	const struct plan_restart *restart = &child->plan->restart;
	uint64_t time = restart->backoff_ns;

	for (uint32_t i = 1; i < child->supervision.recent_count && time < restart->window_ns; i++)
		time *= 2;
	return time < restart->window_ns ? time : restart->window_ns;
}

static void arm(struct child *child, uint64_t wait)
{
	child->supervision.again.run = back_off_over;
	entrypoint_arm(&child->init->entrypoint, &child->supervision.again, now(child) + wait);
}

void supervision_restart(struct child *child)
{
	const uint64_t wait = child->supervision.recent_count ? back_off(child) : 0;
	char detail[64];

	child->supervision.restarts++;
	text_format(detail, sizeof(detail), "count=%u backoff_us=%lu", child->supervision.restarts,
	            wait / 1000);
	init_report(child->init, "restarting", child->plan->name, detail);
	arm(child, wait);
}

void supervision_left(struct child *child)
{
	child->leaving--;
	if (child->leaving == 0)
		kernel_signal_send(child->init->env, child->init->answered.signal);
}

void supervision_settled(struct child *child)
{
	(void)begin_when_free(child);
	free_if_gone(child);
}

void supervision_follow(struct child *child, const char *server)
{
	if (!child_alive(child))
		return;
	text_format(child->supervision.reason, SUPERVISION_REASON_MAX, "server %s has gone",
	            server);
	arm(child, 0);
}

/* ---- heartbeats ---- */

static void arm_beat(struct child *child)
{
	entrypoint_arm(&child->init->entrypoint, &child->supervision.beat,
	               now(child) + child->plan->heartbeat.every_ns);
}

static void beat(struct timeout *timeout)
{
	struct child *child = of_beat(timeout);
	struct supervision *supervision = &child->supervision;
	char reason[32];

	if (supervision->beaten && ++supervision->missed >= child->plan->heartbeat.missed &&
	    child->state == CHILD_RUNNING) {
		text_format(reason, sizeof(reason), "missed=%u", supervision->missed);
		child_stuck(child, reason);
		if (!child_alive(child))
			return;
	}
	supervision->beaten = true; /* also if it does not watch them: then it never answers */
	(void)supervision_tell(child, NEWS_BEAT);
	routed_server_beat(child);
	arm_beat(child);
}

void supervision_started(struct child *child)
{
	child->supervision.beat.run = beat;
	if (child->plan->heartbeat.every_ns)
		arm_beat(child);
	supervision_begin_all(child->init);
}

void supervision_alive(struct child *child)
{
	child->supervision.beaten = false;
	child->supervision.missed = 0;
	if (child->state != CHILD_STUCK)
		return;
	child->state = CHILD_RUNNING;
	init_report(child->init, "recovered", child->plan->name, NULL);
}

void supervision_ended(struct child *child)
{
	struct supervision *supervision = &child->supervision;
	struct entrypoint *entrypoint = &child->init->entrypoint;

	entrypoint_disarm(entrypoint, &supervision->again);
	entrypoint_disarm(entrypoint, &supervision->beat);
	supervision->due = supervision->queued = supervision->waited = false;
	supervision->beaten = false;
	supervision->missed = 0;
	for (unsigned news = 0; news < SUPERVISION_NEWS; news++) {
		ipc_drop(&entrypoint->env->ipc, supervision->news[news]);
		supervision->news[news] = CAP_NULL;
	}
}

/* ---- news ---- */

enum status supervision_watch(struct child *child, unsigned news, cap_t signal)
{
	if (news >= SUPERVISION_NEWS || !kernel_signal(child->init->env, signal))
		return ERR_BAD_ARG;
	ipc_drop(&child->init->env->ipc, child->supervision.news[news]);
	child->supervision.news[news] = signal;
	return OK;
}

bool supervision_tell(struct child *child, unsigned news)
{
	const cap_t signal = child->supervision.news[news];

	kernel_signal_send(child->init->env, signal);
	return cap_valid(signal);
}
