/* SPDX-License-Identifier: MIT */
/* Every constraint, target and rewriting, each granted and refused. */
#include <check.h>
#include <plan/explain.h>
#include <stdio.h>
#include <string.h>

enum { ASKING, LOG, BLOCK, SECOND_BLOCK };

static const char *log_services[] = {"LOG"};
static const char *block_services[] = {"Block"};

/* A plan of four children whose first one has up to two rules of up to three targets. */
struct fixture {
	struct plan plan;
	struct plan_child children[4];
	struct plan_rule rules[2];
	struct plan_target targets[2][3];
	struct resolve_answer answer;
};

static struct fixture fixture;

static void setup(void)
{
	fixture = (struct fixture){
		.children =
			{
				[ASKING] = {.name = "shell", .binary = "lua", .own_route = true},
				[LOG] = {.name = "log",
	                                 .binary = "log",
	                                 .provides = log_services,
	                                 .provides_count = 1},
				[BLOCK] = {.name = "block",
	                                   .binary = "b",
	                                   .provides = block_services,
	                                   .provides_count = 1},
				[SECOND_BLOCK] = {.name = "disk", .binary = "b"},
			},
	};
	fixture.plan.children = fixture.children;
	fixture.plan.child_count = 4;
	fixture.children[ASKING].route.items = fixture.rules;
	for (int i = 0; i < 2; i++)
		fixture.rules[i].targets = fixture.targets[i];
}

static struct plan_rule *rule(const char *service)
{
	struct plan_rules *route = &fixture.children[ASKING].route;

	route->items[route->count].service = service;
	return &route->items[route->count++];
}

static struct plan_target *target(struct plan_rule *of, enum plan_target_kind kind,
                                  const char *child)
{
	struct plan_target *added = &of->targets[of->target_count++];

	added->kind = kind;
	added->child = child;
	return added;
}

static enum resolve_outcome ask_as(const char *service, const char *label, bool environment,
                                   const struct resolve_chooser *chooser)
{
	const struct resolve_request request = {
		.child = ASKING, .service = service, .label = label, .environment = environment};

	resolve(&fixture.plan, &request, chooser, NULL, &fixture.answer);
	return fixture.answer.outcome;
}

static enum resolve_outcome ask(const char *service, const char *label)
{
	return ask_as(service, label, false, NULL);
}

/* ---- rules ---- */

START_TEST(without_a_rule_nothing_is_granted)
{
	ck_assert_int_eq(ask("LOG", ""), RESOLVE_NO_RULE);
	ck_assert(!resolve_granted(&fixture.answer));
}
END_TEST

START_TEST(rules_are_tried_in_order)
{
	target(rule("LOG"), TARGET_PARENT, NULL);
	target(rule("LOG"), TARGET_CHILD, "log");
	ck_assert_int_eq(ask("LOG", ""), RESOLVE_PARENT);
	ck_assert_ptr_eq(fixture.answer.rule, &fixture.rules[0]);
}
END_TEST

START_TEST(targets_are_tried_in_order_until_one_provides)
{
	struct plan_rule *block = rule("Block");

	target(block, TARGET_CHILD, "log");
	target(block, TARGET_CHILD, "nobody");
	target(block, TARGET_CHILD, "block");
	ck_assert_int_eq(ask("Block", ""), RESOLVE_CHILD);
	ck_assert_uint_eq(fixture.answer.child, BLOCK);
}
END_TEST

START_TEST(a_specific_rule_that_cannot_serve_denies_at_once)
{
	target(rule("Block"), TARGET_CHILD, "log");
	target(rule("Block"), TARGET_CHILD, "block");
	ck_assert_int_eq(ask("Block", ""), RESOLVE_NOT_SERVED);
}
END_TEST

START_TEST(a_rule_for_any_service_that_cannot_serve_falls_through)
{
	target(rule(NULL), TARGET_CHILD, "log");
	target(rule("Block"), TARGET_CHILD, "block");
	ck_assert_int_eq(ask("Block", ""), RESOLVE_CHILD);
	ck_assert_int_eq(ask("LOG", ""), RESOLVE_CHILD);
	ck_assert_int_eq(ask("Nic", ""), RESOLVE_NO_RULE);
}
END_TEST

START_TEST(deny_ends_the_search)
{
	target(rule(NULL), TARGET_DENY, NULL);
	target(rule("LOG"), TARGET_CHILD, "log");
	ck_assert_int_eq(ask("LOG", ""), RESOLVE_DENIED);
}
END_TEST

START_TEST(any_child_is_the_only_provider)
{
	target(rule("Block"), TARGET_ANY_CHILD, NULL);
	ck_assert_int_eq(ask("Block", ""), RESOLVE_CHILD);
	ck_assert_uint_eq(fixture.answer.child, BLOCK);
}
END_TEST

START_TEST(any_child_of_several_is_denied_even_for_any_service)
{
	fixture.children[SECOND_BLOCK].provides = block_services;
	fixture.children[SECOND_BLOCK].provides_count = 1;
	target(rule(NULL), TARGET_ANY_CHILD, NULL);
	target(rule("Block"), TARGET_CHILD, "block");
	ck_assert_int_eq(ask("Block", ""), RESOLVE_AMBIGUOUS);
}
END_TEST

START_TEST(any_child_leaves_out_who_asks)
{
	fixture.children[ASKING].provides = block_services;
	fixture.children[ASKING].provides_count = 1;
	target(rule("Block"), TARGET_ANY_CHILD, NULL);
	ck_assert_int_eq(ask("Block", ""), RESOLVE_CHILD);
	ck_assert_uint_eq(fixture.answer.child, BLOCK);
}
END_TEST

START_TEST(the_default_route_serves_those_without_a_route)
{
	struct plan_rule *log = rule("LOG");

	target(log, TARGET_CHILD, "log");
	fixture.plan.default_route = fixture.children[ASKING].route;
	fixture.children[ASKING].route = (struct plan_rules){0};
	ck_assert_int_eq(ask("LOG", ""), RESOLVE_NO_RULE);
	fixture.children[ASKING].own_route = false;
	ck_assert_int_eq(ask("LOG", ""), RESOLVE_CHILD);
}
END_TEST

START_TEST(the_parent_may_be_limited)
{
	static const char *allowed[] = {"Timer"};

	target(rule(NULL), TARGET_PARENT, NULL);
	ck_assert_int_eq(ask("LOG", ""), RESOLVE_PARENT);
	fixture.plan.parent_limited = true;
	ck_assert_int_eq(ask("Timer", ""), RESOLVE_NO_RULE);
	fixture.plan.parent_provides = allowed;
	fixture.plan.parent_provides_count = 1;
	ck_assert_int_eq(ask("Timer", ""), RESOLVE_PARENT);
	ck_assert_int_eq(ask("LOG", ""), RESOLVE_NO_RULE);
}
END_TEST

/* ---- environment and configuration ---- */

START_TEST(environment_sessions_go_to_the_parent_only_without_a_rule)
{
	ck_assert_int_eq(ask_as("PD", "", true, NULL), RESOLVE_PARENT);
	ck_assert_str_eq(fixture.answer.label.text, "shell");
	ck_assert_int_eq(ask_as("ROM", "lua", true, NULL), RESOLVE_PARENT);
	ck_assert_str_eq(fixture.answer.label.text, "shell -> lua");

	target(rule("PD"), TARGET_CHILD, "log");
	ck_assert_int_eq(ask_as("PD", "", true, NULL), RESOLVE_NOT_SERVED);
	target(rule(NULL), TARGET_DENY, NULL);
	ck_assert_int_eq(ask_as("CPU", "", true, NULL), RESOLVE_DENIED);
}
END_TEST

START_TEST(environment_sessions_pass_a_rule_for_any_service_that_cannot_serve)
{
	target(rule(NULL), TARGET_CHILD, "log");
	ck_assert_int_eq(ask_as("LOG", "", true, NULL), RESOLVE_CHILD);
	ck_assert_int_eq(ask_as("CPU", "", true, NULL), RESOLVE_PARENT);
}
END_TEST

START_TEST(an_inline_configuration_comes_from_init)
{
	fixture.children[ASKING].config =
		(struct plan_config){.kind = CONFIG_TEXT, .data = "x", .size = 1};
	target(rule("ROM"), TARGET_DENY, NULL);
	ck_assert_int_eq(ask("ROM", "config"), RESOLVE_CONFIG);
	ck_assert_int_eq(ask("ROM", "config2"), RESOLVE_DENIED);
	ck_assert_int_eq(ask("LOG", "config"), RESOLVE_NO_RULE);
}
END_TEST

START_TEST(init_serves_its_state_and_nothing_else)
{
	target(rule(NULL), TARGET_INIT, NULL);
	ck_assert_int_eq(ask("ROM", "state"), RESOLVE_STATE);
	ck_assert(resolve_granted(&fixture.answer));
	ck_assert_int_eq(ask("ROM", "a -> state"), RESOLVE_STATE);
	ck_assert_int_eq(ask("ROM", "state2"), RESOLVE_NO_RULE);
	ck_assert_int_eq(ask("ROM", "state -> a"), RESOLVE_NO_RULE);
	ck_assert_int_eq(ask("LOG", "state"), RESOLVE_NO_RULE);
}
END_TEST

START_TEST(a_configuration_rom_is_asked_for_by_its_own_label)
{
	struct plan_rule *rom = rule("ROM");

	fixture.children[ASKING].config =
		(struct plan_config){.kind = CONFIG_ROM, .data = "shop.config"};
	rom->constraints[CONSTRAINT_LABEL] = "other";
	target(rom, TARGET_DENY, NULL);
	ck_assert_int_eq(ask("ROM", "config"), RESOLVE_PARENT);
	ck_assert_str_eq(fixture.answer.label.text, "shell -> shop.config");
	rom->constraints[CONSTRAINT_LABEL] = "shop.config";
	ck_assert_int_eq(ask("ROM", "config"), RESOLVE_DENIED);
}
END_TEST

START_TEST(without_a_configuration_its_rom_is_like_any_other)
{
	ck_assert_int_eq(ask("ROM", "config"), RESOLVE_NO_RULE);
}
END_TEST

/* ---- constraints ---- */

struct match_case {
	const char *label;
	bool matches;
	const char *constraints[CONSTRAINT_KINDS];
};

static const struct match_case match_cases[] = {
	{"x", true, {0}},
	{"data", true, {[CONSTRAINT_LABEL] = "data"}},
	{"data1", false, {[CONSTRAINT_LABEL] = "data"}},
	{"dat", false, {[CONSTRAINT_LABEL] = "data"}},
	{"", true, {[CONSTRAINT_LABEL] = ""}},
	{"x", false, {[CONSTRAINT_LABEL] = ""}},
	{"shell -> data", false, {[CONSTRAINT_LABEL] = "data"}},
	{"x -> ", true, {[CONSTRAINT_LABEL] = "x -> "}},
	{"x ->", true, {[CONSTRAINT_LABEL] = "x -> "}},
	{"x -> y", false, {[CONSTRAINT_LABEL] = "x -> "}},
	{"data1", true, {[CONSTRAINT_PREFIX] = "data"}},
	{"data", true, {[CONSTRAINT_PREFIX] = "data"}},
	{"a data", false, {[CONSTRAINT_PREFIX] = "data"}},
	{"dat", false, {[CONSTRAINT_PREFIX] = "data"}},
	{"x", true, {[CONSTRAINT_PREFIX] = ""}},
	{"network", false, {[CONSTRAINT_PREFIX] = "net "}},
	{"a.lua", true, {[CONSTRAINT_SUFFIX] = ".lua"}},
	{".lua", true, {[CONSTRAINT_SUFFIX] = ".lua"}},
	{"a.lua2", false, {[CONSTRAINT_SUFFIX] = ".lua"}},
	{"lua", false, {[CONSTRAINT_SUFFIX] = ".lua"}},
	{"data/a.lua", true, {[CONSTRAINT_PREFIX] = "data", [CONSTRAINT_SUFFIX] = ".lua"}},
	{"data/a.txt", false, {[CONSTRAINT_PREFIX] = "data", [CONSTRAINT_SUFFIX] = ".lua"}},
	{"x/a.lua", false, {[CONSTRAINT_PREFIX] = "data", [CONSTRAINT_SUFFIX] = ".lua"}},
	{"ab",
         true,
         {[CONSTRAINT_LABEL] = "ab", [CONSTRAINT_PREFIX] = "a", [CONSTRAINT_SUFFIX] = "b"}},
	{"ab", false, {[CONSTRAINT_LABEL] = "ab", [CONSTRAINT_PREFIX] = "b"}},
	{"ab", false, {[CONSTRAINT_LABEL] = "ab", [CONSTRAINT_SUFFIX] = "a"}},
	{"a -> b", true, {[CONSTRAINT_LAST] = "b"}},
	{"b", true, {[CONSTRAINT_LAST] = "b"}},
	{"b -> a", false, {[CONSTRAINT_LAST] = "b"}},
	{"a -> ", true, {[CONSTRAINT_LAST] = ""}},
	{"", true, {[CONSTRAINT_LAST] = ""}},
	{"a -> b", true, {[CONSTRAINT_LAST] = "b", [CONSTRAINT_LABEL] = "ignored"}},
	{"a -> b", true, {[CONSTRAINT_LAST] = "b", [CONSTRAINT_UNSCOPED] = "ignored"}},
	{"x", true, {[CONSTRAINT_UNSCOPED] = "shell -> x"}},
	{"x", false, {[CONSTRAINT_UNSCOPED] = "x"}},
	{"", true, {[CONSTRAINT_UNSCOPED] = "shell"}},
	{"x", true, {[CONSTRAINT_UNSCOPED] = "shell -> x", [CONSTRAINT_PREFIX] = "ignored"}},
};

START_TEST(constraints_compare_as_told)
{
	const struct match_case *match = &match_cases[_i];
	struct plan_rule *rom = rule("ROM");

	memcpy(rom->constraints, match->constraints, sizeof(rom->constraints));
	target(rom, TARGET_PARENT, NULL);
	ck_assert_int_eq(ask("ROM", match->label),
	                 match->matches ? RESOLVE_PARENT : RESOLVE_NO_RULE);
	/* the same for a rule for all services, and never for another service */
	ck_assert_int_eq(ask("RM", match->label), RESOLVE_NO_RULE);
	rom->service = NULL;
	ck_assert_int_eq(ask("RM", match->label),
	                 match->matches ? RESOLVE_PARENT : RESOLVE_NO_RULE);
}
END_TEST

/* ---- rewriting ---- */

struct rewrite_case {
	const char *label;
	const char *seen;
	const char *rewrites[REWRITE_KINDS];
};

static const struct rewrite_case rewrite_cases[] = {
	{"", "shell", {0}},
	{"x", "shell -> x", {0}},
	{"a -> x", "shell -> a -> x", {0}},
	{"a -> x", "whole", {[REWRITE_LABEL] = "whole"}},
	{"a -> x", "", {[REWRITE_LABEL] = ""}},
	{"a -> x", "who -> x", {[REWRITE_IDENTITY] = "who"}},
	{"", "who", {[REWRITE_IDENTITY] = "who"}},
	{"a -> x", "shell -> a -> what", {[REWRITE_RESOURCE] = "what"}},
	{"", "shell -> what", {[REWRITE_RESOURCE] = "what"}},
	{"x", "who -> what", {[REWRITE_IDENTITY] = "who", [REWRITE_RESOURCE] = "what"}},
	{"a -> x", "shell -> a -> data/x", {[REWRITE_PREFIX] = "data/"}},
	{"", "shell -> data", {[REWRITE_PREFIX] = "data"}},
	{"x", "shell -> data/y", {[REWRITE_PREFIX] = "data/", [REWRITE_RESOURCE] = "y"}},
	{"x", "who -> data/x", {[REWRITE_PREFIX] = "data/", [REWRITE_IDENTITY] = "who"}},
	{"x", "x", {[REWRITE_IDENTITY] = ""}},
};

START_TEST(targets_rewrite_what_the_server_sees)
{
	const struct rewrite_case *rewriting = &rewrite_cases[_i];
	struct plan_target *parent = target(rule("ROM"), TARGET_PARENT, NULL);

	memcpy(parent->rewrites, rewriting->rewrites, sizeof(parent->rewrites));
	ck_assert_int_eq(ask("ROM", rewriting->label), RESOLVE_PARENT);
	ck_assert_str_eq(fixture.answer.label.text, rewriting->seen);
}
END_TEST

START_TEST(labels_that_grow_too_long_are_refused)
{
	char label[LABEL_BYTES_MAX];
	struct plan_target *parent = target(rule("ROM"), TARGET_PARENT, NULL);

	memset(label, 'x', sizeof(label));
	label[LABEL_BYTES_MAX - 1 - strlen("shell -> ")] = '\0';
	ck_assert_int_eq(ask("ROM", label), RESOLVE_PARENT);
	parent->rewrites[REWRITE_PREFIX] = "y";
	ck_assert_int_eq(ask("ROM", label), RESOLVE_LABEL_TOO_LONG);
	parent->rewrites[REWRITE_PREFIX] = NULL;
	label[LABEL_BYTES_MAX - 1 - strlen("shell -> ")] = 'x';
	label[LABEL_BYTES_MAX - strlen("shell -> ")] = '\0';
	ck_assert_int_eq(ask("ROM", label), RESOLVE_LABEL_TOO_LONG);
	ck_assert_int_eq(ask_as("ROM", label, true, NULL), RESOLVE_LABEL_TOO_LONG);
}
END_TEST

/* ---- functions ---- */

static int choice;

static int choose(void *self, const struct plan_target *of, const struct plan_child *child,
                  const struct resolve_request *request, char error[RESOLVE_ERROR_MAX])
{
	ck_assert_ptr_eq(self, &choice);
	ck_assert_str_eq(child->name, "shell");
	ck_assert_str_eq(request->label, "x");
	ck_assert_uint_eq(of->declared_count, 2);
	if (choice == RESOLVE_CHOICE_FAILED)
		strcpy(error, "f.lua:1: why");
	return choice;
}

START_TEST(a_function_picks_among_what_it_declares)
{
	const struct resolve_chooser chooser = {.self = &choice, .choose = choose};
	struct plan_target declared[2] = {{.kind = TARGET_CHILD, .child = "log"},
	                                  {.kind = TARGET_CHILD, .child = "block"}};
	struct plan_rule *block = rule("Block");
	struct plan_target *function = target(block, TARGET_CHOOSE, NULL);

	function->declared = declared;
	function->declared_count = 2;
	choice = 1;
	ck_assert_int_eq(ask_as("Block", "x", false, &chooser), RESOLVE_CHILD);
	ck_assert_uint_eq(fixture.answer.child, BLOCK);
	choice = 0;
	ck_assert_int_eq(ask_as("Block", "x", false, &chooser), RESOLVE_NOT_SERVED);
	choice = 2;
	ck_assert_int_eq(ask_as("Block", "x", false, &chooser), RESOLVE_CHOOSE_FAILED);
	choice = RESOLVE_CHOICE_NONE;
	ck_assert_int_eq(ask_as("Block", "x", false, &chooser), RESOLVE_NOT_CHOSEN);
	choice = RESOLVE_CHOICE_FAILED;
	ck_assert_int_eq(ask_as("Block", "x", false, &chooser), RESOLVE_CHOOSE_FAILED);
	ck_assert_str_eq(fixture.answer.error, "f.lua:1: why");
	ck_assert_int_eq(ask("Block", "x"), RESOLVE_CHOOSE_FAILED);
	ck_assert_str_ne(fixture.answer.error, "");
}
END_TEST

/* ---- exports ---- */

START_TEST(exports_see_the_label_as_it_came)
{
	struct plan_rule *block = rule("Block");
	const struct resolve_request request = {.service = "Block", .label = "who -> data"};
	const struct resolve_request other = {.service = "Block", .label = "data"};

	block->constraints[CONSTRAINT_PREFIX] = "who";
	target(block, TARGET_CHILD, "block");
	fixture.plan.exports = fixture.children[ASKING].route;
	resolve_export(&fixture.plan, &request, NULL, &fixture.answer);
	ck_assert_int_eq(fixture.answer.outcome, RESOLVE_CHILD);
	ck_assert_str_eq(fixture.answer.label.text, "who -> data");
	resolve_export(&fixture.plan, &other, NULL, &fixture.answer);
	ck_assert_int_eq(fixture.answer.outcome, RESOLVE_NO_RULE);
}
END_TEST

/* ---- explain ---- */

static char explained[4096];

static void add_line(void *self, const char *text)
{
	(void)self; /* there is one text */
	strcat(strcat(explained, text), "\n");
}

START_TEST(an_explanation_names_each_rule_and_why)
{
	static const char *sources[] = {"shop.lua"};
	const struct explain_output output = {.line = add_line};
	const struct resolve_request request = {.child = ASKING, .service = "LOG", .label = "x"};
	struct plan_rule *log;

	fixture.plan.sources = sources;
	fixture.plan.source_count = 1;
	target(rule("ROM"), TARGET_PARENT, NULL);
	log = rule("LOG");
	log->place.line = 15;
	target(log, TARGET_CHILD, "block");
	target(log, TARGET_CHILD, "log")->rewrites[REWRITE_LABEL] = "shell";
	*explained = '\0';
	explain(&fixture.plan, &request, NULL, &output, &fixture.answer);
	ck_assert_str_eq(explained, "shell asks for LOG with label \"x\"\n"
	                            "  shop.lua:0: service \"ROM\": another service\n"
	                            "  shop.lua:15: service \"LOG\": matches\n"
	                            "    child \"block\": does not provide it\n"
	                            "    child \"log\": takes it\n"
	                            "served by child \"log\", which sees the label \"shell\"\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resolve");
	TCase *tests = tcase_create("resolve");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, without_a_rule_nothing_is_granted);
	tcase_add_test(tests, init_serves_its_state_and_nothing_else);
	tcase_add_test(tests, rules_are_tried_in_order);
	tcase_add_test(tests, targets_are_tried_in_order_until_one_provides);
	tcase_add_test(tests, a_specific_rule_that_cannot_serve_denies_at_once);
	tcase_add_test(tests, a_rule_for_any_service_that_cannot_serve_falls_through);
	tcase_add_test(tests, deny_ends_the_search);
	tcase_add_test(tests, any_child_is_the_only_provider);
	tcase_add_test(tests, any_child_of_several_is_denied_even_for_any_service);
	tcase_add_test(tests, any_child_leaves_out_who_asks);
	tcase_add_test(tests, the_default_route_serves_those_without_a_route);
	tcase_add_test(tests, the_parent_may_be_limited);
	tcase_add_test(tests, environment_sessions_go_to_the_parent_only_without_a_rule);
	tcase_add_test(tests, environment_sessions_pass_a_rule_for_any_service_that_cannot_serve);
	tcase_add_test(tests, an_inline_configuration_comes_from_init);
	tcase_add_test(tests, a_configuration_rom_is_asked_for_by_its_own_label);
	tcase_add_test(tests, without_a_configuration_its_rom_is_like_any_other);
	tcase_add_loop_test(tests, constraints_compare_as_told, 0,
	                    sizeof(match_cases) / sizeof(match_cases[0]));
	tcase_add_loop_test(tests, targets_rewrite_what_the_server_sees, 0,
	                    sizeof(rewrite_cases) / sizeof(rewrite_cases[0]));
	tcase_add_test(tests, labels_that_grow_too_long_are_refused);
	tcase_add_test(tests, a_function_picks_among_what_it_declares);
	tcase_add_test(tests, exports_see_the_label_as_it_came);
	tcase_add_test(tests, an_explanation_names_each_rule_and_why);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
