/* SPDX-License-Identifier: MIT */
#include "duration.h"
#include "label.h"
#include "size.h"
#include "validation.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add(const struct validation *validation, enum severity severity,
                struct plan_place place, const char *field, const char *format, va_list arguments)
{
	const struct plan_locator *locator = validation->options->locator;
	char text[DIAGNOSTIC_BYTES_MAX];
	uint32_t line = place.line;

	if (field && locator)
		line = locator->line(locator->self, place, field);
	vsnprintf(text, sizeof(text), format, arguments);
	diagnostics_add(validation->diagnostics, severity, plan_file(validation->plan, place), line,
	                "%s", text);
}

void validation_error(const struct validation *validation, struct plan_place place,
                      const char *field, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(validation, SEVERITY_ERROR, place, field, format, arguments);
	va_end(arguments);
}

void validation_warning(const struct validation *validation, struct plan_place place,
                        const char *field, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(validation, SEVERITY_WARNING, place, field, format, arguments);
	va_end(arguments);
}

bool plan_name_valid(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-.+:";
	const size_t size = strlen(name);

	return size > 0 && size <= PLAN_NAME_MAX && strspn(name, allowed) == size;
}

uint32_t plan_providers(const struct plan *plan, const char *service, const struct plan_child *but,
                        uint32_t *out_index)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < plan->child_count; i++) {
		if (&plan->children[i] == but || !plan_child_provides(&plan->children[i], service))
			continue;
		*out_index = i;
		found++;
	}
	return found;
}

static void check_name(const struct validation *validation, const struct plan_child *child)
{
	const uint32_t first = plan_child_find(validation->plan, child->name);

	if (strlen(child->name) > PLAN_NAME_MAX)
		validation_error(validation, child->place, NULL,
		                 "component '%.20s...': the name has more than %d characters",
		                 child->name, PLAN_NAME_MAX);
	else if (!plan_name_valid(child->name))
		validation_error(validation, child->place, NULL,
		                 "component '%s': a name has letters, digits and _ - . + : only",
		                 child->name);
	else if (&validation->plan->children[first] != child)
		validation_error(
			validation, child->place, NULL,
			"component '%s': there is one of this name already, at %s:%u", child->name,
			plan_file(validation->plan, validation->plan->children[first].place),
			validation->plan->children[first].place.line);
}

static void check_budget(const struct validation *validation, const struct plan_child *child)
{
	if (child->ram == 0)
		validation_error(validation, child->place, "ram",
		                 "component '%s': ram is missing, e.g. ram = \"1M\"", child->name);
	if (child->caps == 0)
		validation_error(validation, child->place, "caps",
		                 "component '%s': caps is missing, e.g. caps = 60", child->name);
}

static void check_provides(const struct validation *validation, const struct plan_child *child)
{
	for (uint32_t i = 0; i < child->provides_count; i++) {
		const char *service = child->provides[i];
		bool twice = false;

		for (uint32_t k = 0; k < i; k++)
			twice = twice || !strcmp(child->provides[k], service);
		if (twice)
			validation_error(validation, child->place, "provides",
			                 "component '%s': provides '%s' twice", child->name,
			                 service);
		if (!plan_name_valid(service))
			validation_error(
				validation, child->place, "provides",
				"component '%s': provides '%s', which is no name of a service",
				child->name, service);
	}
}

/* Each restart within the window doubles the back-off. */
static uint64_t back_off_sum(const struct plan_restart *restart)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < restart->limit && i < PLAN_RESTARTS_MAX; i++)
		sum = sum > restart->window_ns ? sum : 2 * sum + restart->backoff_ns;
	return sum;
}

static void check_supervision(const struct validation *validation, const struct plan_child *child)
{
	const struct plan_restart *restart = &child->restart;
	const struct plan_heartbeat *heartbeat = &child->heartbeat;
	char text[DURATION_TEXT_MAX];
	const bool given = restart->limit || restart->window_ns || restart->backoff_ns;
	const bool known = restart->limit != PLAN_UNKNOWN && restart->window_ns != PLAN_UNKNOWN &&
	                   restart->backoff_ns != PLAN_UNKNOWN;

	if (given && (restart->limit == 0 || restart->limit > PLAN_RESTARTS_MAX) && known)
		validation_error(validation, child->place, "limit",
		                 "component '%s': restart: limit goes from 1 to %d", child->name,
		                 PLAN_RESTARTS_MAX);
	else if (given && known && restart->window_ns < restart->backoff_ns)
		validation_error(validation, child->place, "window",
		                 "component '%s': restart: the window is shorter than the backoff",
		                 child->name);
	else if (given && known && back_off_sum(restart) >= restart->window_ns)
		validation_warning(validation, child->place, "limit",
		                   "component '%s': restart: its back-offs fill the window, so the "
		                   "limit is never reached",
		                   child->name);
	if (heartbeat->every_ns < PLAN_PERIOD_MIN_NS && heartbeat->missed)
		validation_error(
			validation, child->place, "heartbeat",
			"component '%s': a heartbeat each %s is too much, wanted 1ms or more",
			child->name, duration_format(heartbeat->every_ns, text));
	if (heartbeat->every_ns && heartbeat->missed != PLAN_UNKNOWN &&
	    (heartbeat->missed == 0 || heartbeat->missed > PLAN_MISSED_MAX))
		validation_error(validation, child->place, "missed",
		                 "component '%s': heartbeat: missed goes from 1 to %d", child->name,
		                 PLAN_MISSED_MAX);
}

static bool counts_known(const struct plan_affinity *affinity)
{
	return affinity->x != PLAN_UNKNOWN && affinity->y != PLAN_UNKNOWN &&
	       affinity->width != PLAN_UNKNOWN && affinity->height != PLAN_UNKNOWN;
}

static void check_affinity(const struct validation *validation, const struct plan_child *child)
{
	const struct plan_affinity_space *space = &validation->plan->affinity_space;
	const struct plan_affinity *affinity = &child->affinity;

	if ((!affinity->width && !affinity->height) || !counts_known(affinity))
		return;
	if (!affinity->width || !affinity->height)
		validation_error(validation, child->place, "affinity",
		                 "component '%s': an affinity without CPUs", child->name);
	else if (!space->width)
		validation_warning(validation, child->place, "affinity",
		                   "component '%s': affinity has no effect, the policy has no "
		                   "affinity_space",
		                   child->name);
	else if (affinity->x + affinity->width > space->width ||
	         affinity->y + affinity->height > space->height)
		validation_error(
			validation, child->place, "affinity",
			"component '%s': affinity is outside of the affinity_space of %llu "
			"by %llu",
			child->name, (unsigned long long)space->width,
			(unsigned long long)space->height);
}

/* PLAN_UNKNOWN, as width or height, is reported already. */
static void check_affinity_space(const struct validation *validation)
{
	const struct plan *plan = validation->plan;
	const struct plan_affinity_space *space = &plan->affinity_space;
	const bool given = space->width || space->height;
	const bool known = space->width != PLAN_UNKNOWN && space->height != PLAN_UNKNOWN;

	if (given && known &&
	    (!space->width || !space->height || space->width > PLAN_AFFINITY_MAX ||
	     space->height > PLAN_AFFINITY_MAX))
		validation_error(validation, plan->place, "affinity_space",
		                 "affinity_space: width and height go from 1 to %d",
		                 PLAN_AFFINITY_MAX);
}

static void check_child(const struct validation *validation, const struct plan_child *child)
{
	check_name(validation, child);
	check_budget(validation, child);
	check_provides(validation, child);
	check_supervision(validation, child);
	check_affinity(validation, child);
	if (strcmp(child->binary, child->name) &&
	    (*child->binary == '\0' || strlen(child->binary) >= LABEL_BYTES_MAX))
		validation_error(validation, child->place, "binary",
		                 "component '%s': binary is no label of a ROM", child->name);
	if (child->priority < -1 || child->priority > PLAN_PRIORITY_MAX)
		validation_error(validation, child->place, "priority",
		                 "component '%s': priority goes from 0 to %d", child->name,
		                 PLAN_PRIORITY_MAX);
}

static uint64_t above(uint64_t value, uint64_t base)
{
	return value > base ? value - base : 0;
}

static void check_reserve(const struct validation *validation)
{
	const struct validate_options *options = validation->options;
	const struct plan *plan = validation->plan;
	const struct plan_reserve *reserve = &plan->reserve;
	char wanted[SIZE_TEXT_MAX], given[SIZE_TEXT_MAX];

	if (options->ram && reserve->ram != PLAN_UNKNOWN && reserve->ram > options->ram)
		validation_error(validation, plan->place, "reserve",
		                 "reserve: %s of ram is more than there is, %s",
		                 size_format(reserve->ram, wanted),
		                 size_format(options->ram, given));
	if (options->caps && reserve->caps != PLAN_UNKNOWN && reserve->caps > options->caps)
		validation_error(validation, plan->place, "reserve",
		                 "reserve: %llu caps are more than there are, %llu",
		                 (unsigned long long)reserve->caps,
		                 (unsigned long long)options->caps);
}

/* Reported at the child with which the sum passes what there is, without the reserve. */
static void check_ram_sum(const struct validation *validation)
{
	const uint64_t given = above(validation->options->ram, validation->plan->reserve.ram);
	const uint64_t sum = plan_ram_sum(validation->plan);
	uint64_t left = given;
	char sum_text[SIZE_TEXT_MAX], given_text[SIZE_TEXT_MAX];

	if (validation->options->ram == 0 || sum <= given)
		return;
	for (uint32_t i = 0; i < validation->plan->child_count; i++) {
		const struct plan_child *child = &validation->plan->children[i];
		if (child->ram == PLAN_UNKNOWN)
			continue;
		if (child->ram > left) {
			validation_error(
				validation, child->place, "ram",
				"component '%s': the ram of all children adds up to %s, there is %s",
				child->name, size_format(sum, sum_text),
				size_format(given, given_text));
			return;
		}
		left -= child->ram;
	}
}

static void check_caps_sum(const struct validation *validation)
{
	const uint64_t given = above(validation->options->caps, validation->plan->reserve.caps);
	const uint64_t sum = plan_caps_sum(validation->plan);
	uint64_t left = given;

	if (validation->options->caps == 0 || sum <= given)
		return;
	for (uint32_t i = 0; i < validation->plan->child_count; i++) {
		const struct plan_child *child = &validation->plan->children[i];
		if (child->caps == PLAN_UNKNOWN)
			continue;
		if (child->caps > left) {
			validation_error(
				validation, child->place, "caps",
				"component '%s': the caps of all children add up to %llu, there are %llu",
				child->name, (unsigned long long)sum, (unsigned long long)given);
			return;
		}
		left -= child->caps;
	}
}

void plan_validate(const struct plan *plan, const struct validate_options *options,
                   struct diagnostics *diagnostics)
{
	const struct validation validation = {
		.plan = plan,
		.options = options,
		.diagnostics = diagnostics,
	};

	for (uint32_t i = 0; i < plan->child_count; i++)
		check_child(&validation, &plan->children[i]);
	check_affinity_space(&validation);
	check_reserve(&validation);
	check_ram_sum(&validation);
	check_caps_sum(&validation);
	validate_rules(&validation);
	validate_cycles(&validation);
}
