/* SPDX-License-Identifier: MIT */
#include "cap_model.h"

#include <string.h>

void model_init(struct model *model)
{
	memset(model, 0, sizeof(*model));
	for (int i = 0; i < MODEL_DOMAINS; i++)
		model->alive[i] = true;
	for (int i = 0; i < MODEL_PLACES; i++)
		model->places[i].domain = MODEL_NOBODY;
	model->grants[0] = (struct model_grant){.parent = MODEL_NOBODY, .payer = 0, .live = true};
	model->grant_count = 1;
	model->places[0] = (struct model_place){.domain = 0, .grant = 0, .owner = true};
}

unsigned model_paid(const struct model *model, int domain)
{
	unsigned count = 0;

	for (int i = 0; i < model->grant_count; i++)
		count += model->grants[i].live && model->grants[i].payer == domain;
	return count;
}

static bool place_live(const struct model *model, int place)
{
	return model->grants[model->places[place].grant].live;
}

/* ---- what can be done ---- */

/* A place nobody uses or waits for. */
static int free_place(const struct model *model)
{
	for (int i = 0; i < MODEL_PLACES; i++) {
		bool taken = model->places[i].domain != MODEL_NOBODY;

		for (int d = 0; d < MODEL_DOMAINS; d++)
			taken |= model->calls[d].queued &&
			         (model->calls[d].room == i || model->calls[d].carried == i);
		if (!taken)
			return i;
	}
	return MODEL_NOBODY;
}

static bool carried_by_other(const struct model *model, int place)
{
	for (int d = 0; d < MODEL_DOMAINS; d++) {
		if (model->calls[d].queued && model->calls[d].carried == place)
			return true;
	}
	return false;
}

static unsigned steps_of_place(const struct model *model, int place, int room,
                               struct model_step *out)
{
	const int at = model->places[place].domain;
	unsigned count = 0;

#define ADD(...) (out[count++] = (struct model_step){.place = (int8_t)place, __VA_ARGS__})
	ADD(.kind = MODEL_REVOKE);
	ADD(.kind = MODEL_DROP);
	if (room >= 0 && model->grant_count < MODEL_GRANTS)
		ADD(.kind = MODEL_DERIVE, .other = (int8_t)room);
	for (int8_t d = 0; d < MODEL_DOMAINS; d++) {
		if (model->alive[d] && room >= 0)
			ADD(.kind = MODEL_COPY, .other = (int8_t)room, .domain = d);
		if (model->alive[d] && d != at)
			ADD(.kind = MODEL_MOVE, .domain = d);
	}
	if (model->calls[at].queued)
		return count;
	ADD(.kind = MODEL_CALL, .carried = MODEL_NOBODY);
	for (int8_t c = 0; c < MODEL_PLACES; c++) {
		if (model->places[c].domain != at || carried_by_other(model, c))
			continue;
		ADD(.kind = MODEL_CALL_MOVING, .carried = c, .other = c);
		ADD(.kind = MODEL_CALL_COPYING, .carried = c, .other = (int8_t)room);
	}
#undef ADD
	return count;
}

unsigned model_steps(const struct model *model, struct model_step *out_steps)
{
	const int room = free_place(model);
	unsigned count = 0;

	for (int i = 0; i < MODEL_PLACES; i++) {
		if (model->places[i].domain != MODEL_NOBODY)
			count += steps_of_place(model, i, room, &out_steps[count]);
	}
	for (int8_t d = 0; d < MODEL_DOMAINS; d++) {
		if (model->alive[d])
			out_steps[count++] = (struct model_step){.kind = MODEL_KILL, .domain = d};
	}
	if (model->waiting)
		out_steps[count++] = (struct model_step){.kind = MODEL_SERVE};
	return count;
}

/* ---- what it does ---- */

static void leave_line(struct model *model, int domain)
{
	uint8_t kept = 0;

	for (int i = 0; i < model->waiting; i++) {
		if (model->line[i] != domain)
			model->line[kept++] = model->line[i];
	}
	model->waiting = kept;
	model->calls[domain] = (struct model_call){0};
}

static void answer(struct model *model, int domain, enum status status, struct model_outcome *out)
{
	leave_line(model, domain);
	out->answered[domain] = true;
	out->answers[domain] = status;
}

/* The place is not what it was: calls that carry it find nothing. */
static void disturb(struct model *model, int place)
{
	for (int d = 0; d < MODEL_DOMAINS; d++) {
		if (model->calls[d].queued && model->calls[d].carried == place)
			model->calls[d].stale = true;
	}
}

static void kill_grant(struct model *model, int grant, struct model_outcome *out)
{
	if (!model->grants[grant].live)
		return;
	model->grants[grant].live = false;
	for (int i = 0; i < model->grant_count; i++) {
		if (model->grants[i].parent == grant)
			kill_grant(model, i, out);
	}
	for (int d = 0; d < MODEL_DOMAINS; d++) {
		if (model->calls[d].queued && model->calls[d].grant == grant)
			answer(model, d, ERR_GONE, out);
	}
}

static void empty(struct model *model, int place, struct model_outcome *out)
{
	const struct model_place was = model->places[place];

	disturb(model, place);
	model->places[place] = (struct model_place){.domain = MODEL_NOBODY};
	if (was.owner)
		kill_grant(model, was.grant, out);
}

static void kill_domain(struct model *model, int domain, struct model_outcome *out)
{
	model->alive[domain] = false;
	if (model->calls[domain].queued)
		leave_line(model, domain);
	for (int i = 0; i < MODEL_PLACES; i++) {
		if (model->places[i].domain == domain)
			empty(model, i, out);
	}
	for (int i = 0; i < model->grant_count; i++) {
		if (model->grants[i].payer == domain)
			kill_grant(model, i, out);
	}
}

/* What becomes of one call that a server takes. */
static enum status serve_one(struct model *model, const struct model_call *call)
{
	struct model_place *carried, *room;

	if (call->carried == MODEL_NOBODY)
		return OK;
	if (call->stale)
		return ERR_BAD_CAP;
	carried = &model->places[call->carried];
	if (!place_live(model, call->carried))
		return ERR_GONE;
	if (call->moving)
		return OK; /* there and back */
	if (call->room == MODEL_NOBODY)
		return ERR_OUT_OF_CAPS;
	room = &model->places[call->room];
	*room = (struct model_place){.domain = carried->domain, .grant = carried->grant};
	return OK;
}

static void serve(struct model *model, struct model_outcome *out)
{
	while (model->waiting) {
		const int domain = model->line[0];
		const struct model_call call = model->calls[domain];
		const enum status status = serve_one(model, &call);

		answer(model, domain, status, out);
		if (status == OK || status == ERR_OUT_OF_CAPS)
			return; /* this one has reached the server */
	}
}

static enum status derive(struct model *model, const struct model_step *step)
{
	const struct model_place *from = &model->places[step->place];
	const int8_t grant = (int8_t)model->grant_count;

	if (!place_live(model, step->place))
		return ERR_GONE;
	model->grants[model->grant_count++] =
		(struct model_grant){.parent = from->grant, .payer = from->domain, .live = true};
	model->places[step->other] =
		(struct model_place){.domain = from->domain, .grant = grant, .owner = true};
	return OK;
}

static enum status move(struct model *model, const struct model_step *step)
{
	if (!place_live(model, step->place))
		return ERR_GONE;
	disturb(model, step->place);
	model->places[step->place].domain = step->domain;
	return OK;
}

static enum status copy(struct model *model, const struct model_step *step)
{
	if (!place_live(model, step->place))
		return ERR_GONE;
	model->places[step->other] = (struct model_place){
		.domain = step->domain, .grant = model->places[step->place].grant};
	return OK;
}

static enum status revoke(struct model *model, int place, struct model_outcome *out)
{
	if (!place_live(model, place))
		return ERR_GONE;
	if (!model->places[place].owner)
		return ERR_DENIED;
	kill_grant(model, model->places[place].grant, out);
	return OK;
}

static enum status call(struct model *model, const struct model_step *step)
{
	const int8_t domain = model->places[step->place].domain;

	if (!place_live(model, step->place))
		return ERR_GONE;
	model->calls[domain] = (struct model_call){
		.queued = true,
		.grant = model->places[step->place].grant,
		.carried = step->carried,
		.room = step->carried == MODEL_NOBODY ? MODEL_NOBODY : step->other,
		.moving = step->kind == MODEL_CALL_MOVING,
	};
	model->line[model->waiting++] = domain;
	return OK;
}

void model_take(struct model *model, const struct model_step *step, struct model_outcome *out)
{
	*out = (struct model_outcome){.status = OK};
	switch ((enum model_kind)step->kind) {
	case MODEL_DERIVE: out->status = derive(model, step); break;
	case MODEL_COPY: out->status = copy(model, step); break;
	case MODEL_MOVE: out->status = move(model, step); break;
	case MODEL_REVOKE: out->status = revoke(model, step->place, out); break;
	case MODEL_DROP: empty(model, step->place, out); break;
	case MODEL_CALL:
	case MODEL_CALL_COPYING:
	case MODEL_CALL_MOVING: out->status = call(model, step); break;
	case MODEL_SERVE: serve(model, out); break;
	case MODEL_KILL: kill_domain(model, step->domain, out); break;
	}
}
