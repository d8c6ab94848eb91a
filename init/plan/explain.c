/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include <stdarg.h>
#include <stdio.h>

struct explanation {
	const struct plan *plan;
	const struct explain_output *output;
};

[[gnu::format(printf, 2, 3)]] static void say(const struct explain_output *output,
                                              const char *format, ...)
{
	char text[EXPLAIN_LINE_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	output->line(output->self, text);
}

static const char *verdict_text(enum resolve_verdict verdict)
{
	switch (verdict) {
	case VERDICT_OTHER_SERVICE: return "another service";
	case VERDICT_OTHER_LABEL: return "another label";
	case VERDICT_MATCHES: return "matches";
	case VERDICT_NOT_PROVIDED: return "does not provide it";
	case VERDICT_TAKEN: return "takes it";
	case VERDICT_REFUSED: return "refuses it";
	}
	return "?";
}

static void say_target(const struct explain_output *output, const struct plan_target *target,
                       enum resolve_verdict verdict)
{
	if (target->kind == TARGET_CHILD)
		say(output, "    child \"%s\": %s", target->child, verdict_text(verdict));
	else
		say(output, "    %s: %s", plan_target_names[target->kind], verdict_text(verdict));
}

static void say_step(void *self, const struct resolve_step *step)
{
	const struct explanation *explanation = self;
	const struct explain_output *output = explanation->output;
	const struct plan_place place = step->rule->place;
	const char *file = plan_file(explanation->plan, place);

	if (step->target)
		say_target(output, step->target, step->verdict);
	else if (step->verdict == VERDICT_REFUSED)
		say(output, "    and nobody else is named");
	else if (step->rule->service)
		say(output, "  %s:%u: service \"%s\": %s", file, place.line, step->rule->service,
		    verdict_text(step->verdict));
	else
		say(output, "  %s:%u: any_service: %s", file, place.line,
		    verdict_text(step->verdict));
}

void explain_answer(const struct plan *plan, const struct resolve_answer *answer,
                    char out[EXPLAIN_LINE_MAX])
{
	const char *text = resolve_outcome_text(answer->outcome);

	if (answer->outcome == RESOLVE_CHILD)
		snprintf(out, EXPLAIN_LINE_MAX,
		         "served by child \"%s\", which sees the label \"%s\"",
		         plan->children[answer->child].name, answer->label.text);
	else if (answer->outcome == RESOLVE_PARENT)
		snprintf(out, EXPLAIN_LINE_MAX, "served by the parent, which sees the label \"%s\"",
		         answer->label.text);
	else if (answer->outcome == RESOLVE_CHOOSE_FAILED)
		snprintf(out, EXPLAIN_LINE_MAX, "%s: %s", text, answer->error);
	else if (answer->rule)
		snprintf(out, EXPLAIN_LINE_MAX, "%s (%s:%u)", text,
		         plan_file(plan, answer->rule->place), answer->rule->place.line);
	else
		snprintf(out, EXPLAIN_LINE_MAX, "%s", text);
}

void explain(const struct plan *plan, const struct resolve_request *request,
             const struct resolve_chooser *chooser, const struct explain_output *output,
             struct resolve_answer *out_answer)
{
	struct explanation explanation = {.plan = plan, .output = output};
	const struct resolve_trace trace = {.self = &explanation, .step = say_step};
	char last[EXPLAIN_LINE_MAX];

	say(output, "%s asks for %s with label \"%s\"", plan->children[request->child].name,
	    request->service, request->label);
	resolve(plan, request, chooser, &trace, out_answer);
	if (!out_answer->rule && out_answer->outcome == RESOLVE_PARENT)
		say(output, "  no rule matches; environment sessions then go to the parent");
	explain_answer(plan, out_answer, last);
	say(output, "%s", last);
}
