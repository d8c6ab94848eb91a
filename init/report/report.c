/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <base/log.h>
#include <event_session/client.h>
#include <stdlib.h>

#include "child/child.h"
#include "child/injection.h"
#include "init.h"
#include "plan/plan.h"
#include "route/exported.h"
#include "state.h"

/* ---- the ROM ---- */

static struct init *of_due(struct timeout *timeout)
{
	return (struct init *)((char *)timeout - offsetof(struct init, report.due));
}

static struct init *of_sample(struct timeout *timeout)
{
	return (struct init *)((char *)timeout - offsetof(struct init, report.sample));
}

static void publish(struct timeout *timeout)
{
	struct init *init = of_due(timeout);
	struct plan_config content = {.kind = CONFIG_DATA};
	void *message;

	init->report.changed = false;
	if (state_encode(init, &message, &content.size) != OK)
		return; /* without memory the readers keep what they have */
	init->report.last = entrypoint_now(&init->entrypoint);
	content.data = message;
	for (struct child *child = init->all; child; child = child->next)
		routed_new_state(child, &content);
	exported_new_state(init, &content);
	free(message);
}

void report_changed(struct init *init)
{
	struct report *report = &init->report;

	if (report->readers == 0 || report->changed)
		return;
	report->changed = true;
	report->due.run = publish;
	/* From the loop: now things are half done. */
	entrypoint_arm(&init->entrypoint, &report->due,
	               report->last + init->plan->report.delay_ns + 1);
}

static void arm_sample(struct init *init)
{
	const uint64_t period = init->plan->report.sample_ns;

	if (period && init->report.readers > 0)
		entrypoint_arm(&init->entrypoint, &init->report.sample,
		               entrypoint_now(&init->entrypoint) + period);
}

static void sample(struct timeout *timeout)
{
	struct init *init = of_sample(timeout);
	bool changed = false;

	for (struct child *child = init->all; child; child = child->next)
		changed = spending_sample(child) || changed;
	if (changed)
		report_changed(init);
	arm_sample(init);
}

void report_reader_opened(struct init *init)
{
	init->report.readers++;
	init->report.last = entrypoint_now(&init->entrypoint); /* its first one was just made */
	init->report.sample.run = sample;
	if (init->report.sample.deadline == 0)
		arm_sample(init);
}

void report_reader_closed(struct init *init)
{
	if (--init->report.readers > 0)
		return;
	entrypoint_disarm(&init->entrypoint, &init->report.sample);
	entrypoint_disarm(&init->entrypoint, &init->report.due);
	init->report.changed = false;
}

/* ---- the test driver ---- */

enum { PIECE_BYTES = 180, PIECE_TEXT = PIECE_BYTES / 3 * 4 };

static void encode_base64(const uint8_t *from, size_t size, char *to)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < size; i += 3) {
		uint32_t bits = (uint32_t)from[i] << 16;

		bits |= i + 1 < size ? (uint32_t)from[i + 1] << 8 : 0;
		bits |= i + 2 < size ? from[i + 2] : 0;
		for (int shift = 18; shift >= 0; shift -= 6)
			*to++ = digits[bits >> shift & 63];
	}
	*to = '\0'; /* the size says how much of the last digits counts */
}

static void tell(struct init *init, const char *detail)
{
	const struct event_emit_params params = {
		.kind = capnp_text_of("state"),
		.subject = capnp_text_of(""),
		.detail = capnp_text_of(detail),
	};

	(void)event_emit(&init->env->ipc, init->event, &params); /* it has asked for it */
}

/* A report as events, in order; the whole size stands in each. */
static void tell_state(struct init *init)
{
	char text[PIECE_TEXT + 4], detail[PIECE_TEXT + 64];
	void *message = NULL;
	size_t size = 0;

	if (state_encode(init, &message, &size) != OK)
		size = 0; /* an empty one says that there is none */
	for (size_t at = 0; at == 0 || at < size; at += PIECE_BYTES) {
		const size_t left = size - at, piece = left < PIECE_BYTES ? left : PIECE_BYTES;

		encode_base64((const uint8_t *)message + at, piece, text);
		text_format(detail, sizeof(detail), "at=%lu of=%lu data=%s", at, size,
		            size ? text : "-");
		tell(init, detail);
	}
	free(message);
}

static void answer(struct signal_handler *handler)
{
	struct init *init = (struct init *)((char *)handler - offsetof(struct init, report.asked));
	struct event_order_results order;

	if (event_order(&init->env->ipc, init->event, &order) != OK)
		return;
	if (order.fault.size > 0)
		injection_carry_out(init, &order);
	else
		tell_state(init);
}

enum status report_init(struct init *init)
{
	struct event_watch_params params;
	enum status status = OK;

	init->report.asked.run = answer;
	if (!cap_valid(init->event))
		return OK;
	status = entrypoint_add_signal(&init->entrypoint, &init->report.asked);
	if (status != OK)
		return status;
	params = (struct event_watch_params){.asked = init->report.asked.signal};
	(void)event_watch(&init->env->ipc, init->event, &params); /* a listener may just listen */
	return OK;
}
