/* SPDX-License-Identifier: MIT */
/* Evaluation: what comes out, that it is always the same, what a policy cannot do. */
#include <check.h>
#include <lauxlib.h>
#include <lua/policy.h>
#include <lualib.h>
#include <plan/plan_message.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct diagnostics diagnostics;
static struct policy *policy;

static void teardown(void)
{
	policy_destroy(policy);
	policy = NULL;
	diagnostics_fini(&diagnostics);
}

static enum status evaluate_with(const char *text, const struct policy_options *options)
{
	const struct policy_source source = {
		.file = "shop.lua", .text = text, .size = strlen(text)};

	return policy_evaluate(&source, options, &diagnostics, &policy);
}

static void evaluate(const char *text)
{
	const struct policy_options options = {.validate.functions = true};
	const enum status status = evaluate_with(text, &options);

	ck_assert_msg(status == OK, "%s", diagnostics.count ? diagnostics.items[0].text : "?");
}

static void refuse(const char *text, const char *why)
{
	const struct policy_options options = {.validate.functions = true};

	ck_assert_int_eq(evaluate_with(text, &options), ERR_BAD_ARG);
	ck_assert_msg(strstr(diagnostics.items[0].text, why), "%s", diagnostics.items[0].text);
}

static const char shop[] =
	"return policy {\n"
	"  version = 3,\n"
	"  component \"log\" { ram = \"1M\", caps = 60, provides = { \"LOG\" } },\n"
	"  { { component \"block\" { ram = 4096, caps = 80, provides = { \"Block\", \"Nic\" } } } },\n"
	"  component \"shell\" {\n"
	"    binary = \"lua\", ram = \"8M\", caps = 120, priority = 7, version = 2, may_fault = true,\n"
	"    exit_propagate = true, config = \"text\",\n"
	"    route = {\n"
	"      service \"LOG\"   { label_prefix = \"x\", child \"log\" { identity = \"i\", prefix = \"p\" }, deny },\n"
	"      { service \"Block\" { choose { child \"block\", parent { label = \"y\" }, deny,\n"
	"          by = function(request)\n"
	"            if request.label == \"error\" then return request.label.x.y end\n"
	"            if request.label == \"loop\" then while true do end end\n"
	"            if request.label == \"eat\" then local t = {} while true do t[#t + 1] = {} end end\n"
	"            if request.label == \"other\" then return child \"log\" end\n"
	"            if request.label == \"text\" then return \"block\" end\n"
	"            if request.label == \"parent\" then return parent end\n"
	"            if request.label == \"rewritten\" then return parent { label = \"y\" } end\n"
	"            if request.label == \"wrong\" then return parent { label = \"z\" } end\n"
	"            if request.label == \"pattern\" then return (\"a\"):rep(50):find((\"a*\"):rep(50) .. \"b\") end\n"
	"            if request.label:find(\"secret\", 1, true) then return deny end\n"
	"            if request.label == \"child\" and request.child == \"shell\" and\n"
	"               request.service == \"Block\" then return child \"block\" end\n"
	"          end } } },\n"
	"    },\n"
	"  },\n"
	"  default_route = { any_service { any_child, parent } },\n"
	"  exports = { service \"LOG\" { label_last = \"z\", child \"log\" } },\n"
	"  parent_provides = { \"PD\", { \"CPU\", \"Block\" } },\n"
	"}\n";

START_TEST(a_policy_becomes_the_plan_it_says)
{
	evaluate(shop);
	const struct plan *plan = policy_plan(policy);

	ck_assert_uint_eq(plan->version, 3);
	ck_assert_uint_eq(plan->child_count, 3);
	ck_assert(plan->parent_limited);
	ck_assert_uint_eq(plan->parent_provides_count, 3);
	ck_assert_str_eq(plan->parent_provides[1], "CPU");
	ck_assert_uint_eq(plan->default_route.count, 1);
	ck_assert_uint_eq(plan->exports.count, 1);
	ck_assert_str_eq(plan->exports.items[0].constraints[CONSTRAINT_LAST], "z");

	const struct plan_child *block = &plan->children[1], *shell = &plan->children[2];
	ck_assert_uint_eq(block->ram, 4096);
	ck_assert(!block->own_route);
	ck_assert_int_eq(block->priority, -1);
	ck_assert_str_eq(block->binary, "block");
	ck_assert_uint_eq(block->provides_count, 2);
	ck_assert_str_eq(shell->binary, "lua");
	ck_assert_uint_eq(shell->ram, 8 << 20);
	ck_assert_int_eq(shell->priority, 7);
	ck_assert_uint_eq(shell->version, 2);
	ck_assert(shell->may_fault && shell->exit_propagate && shell->own_route);
	ck_assert_int_eq(shell->config.kind, CONFIG_TEXT);
	ck_assert_uint_eq(shell->place.line, 5);

	const struct plan_rule *log = &shell->route.items[0];
	ck_assert_uint_eq(log->place.line, 9);
	ck_assert_str_eq(log->constraints[CONSTRAINT_PREFIX], "x");
	ck_assert_uint_eq(log->target_count, 2);
	ck_assert_str_eq(log->targets[0].rewrites[REWRITE_IDENTITY], "i");
	ck_assert_int_eq(log->targets[1].kind, TARGET_DENY);
	const struct plan_target *choose = &shell->route.items[1].targets[0];
	ck_assert_int_eq(choose->kind, TARGET_CHOOSE);
	ck_assert_uint_eq(choose->declared_count, 3);
	ck_assert_uint_ne(choose->chunk_hash, 0);
}
END_TEST

START_TEST(evaluating_twice_gives_the_same_bytes)
{
	/* budgets come out of a table with keys of all kinds, in the order of pairs */
	static const char text[] =
		"local list, t = {}, { zeta = 1, alpha = 2, [3] = 3, [1.5] = 4, [true] = 5, [-1] = 6 }\n"
		"for i = 1, 200 do t['k' .. i * 7919 % 1000] = i end\n"
		"for key, value in pairs(t) do\n"
		"  list[#list + 1] = component('c' .. tostring(key):gsub('%W', '_')) { ram = value, caps = 1,\n"
		"    config = tostring(pairs) .. tostring({}) .. tostring(key) }\n"
		"end\n"
		"table.sort(list, function() return false end)\n"
		"return policy { list }\n";
	const void *first = NULL, *second = NULL;
	uint32_t first_size = 0, second_size = 0;
	struct policy *before;

	evaluate(text);
	ck_assert_int_eq(plan_encode(policy_plan(policy), &first, &first_size), OK);
	before = policy;
	policy = NULL;
	char *disturbance = malloc(12345);
	evaluate(text);
	ck_assert_int_eq(plan_encode(policy_plan(policy), &second, &second_size), OK);
	ck_assert_uint_eq(first_size, second_size);
	ck_assert(!memcmp(first, second, first_size));
	ck_assert_str_eq(policy_plan(policy)->children[0].name, "c_1");
	free(disturbance);
	policy_destroy(before);
}
END_TEST

START_TEST(a_plan_survives_its_binary_form)
{
	const void *segment, *again;
	uint32_t size, again_size;
	struct plan *plan;

	evaluate(shop);
	ck_assert_int_eq(plan_encode(policy_plan(policy), &segment, &size), OK);
	ck_assert_int_eq(plan_decode(segment, size, &plan), OK);
	ck_assert_uint_eq(plan->child_count, 3);
	ck_assert_str_eq(plan->sources[0], "shop.lua");
	ck_assert_str_eq(plan->children[2].route.items[0].targets[0].rewrites[REWRITE_PREFIX], "p");
	ck_assert_ptr_null(plan->children[2].route.items[0].targets[0].rewrites[REWRITE_LABEL]);
	ck_assert_ptr_null(plan->default_route.items[0].service);
	ck_assert_int_eq(plan_encode(plan, &again, &again_size), OK);
	ck_assert_uint_eq(size, again_size);
	ck_assert(!memcmp(segment, again, size));
	plan_destroy(plan);
}
END_TEST

/* Whatever is done to the bytes, the result is a refusal or a plan one can look at. */
START_TEST(damaged_plans_do_no_harm)
{
	const void *segment;
	uint32_t size, refused = 0;
	uint64_t random = 0x9e3779b97f4a7c15;

	evaluate(shop);
	ck_assert_int_eq(plan_encode(policy_plan(policy), &segment, &size), OK);
	for (int round = 0; round < 4000; round++) {
		struct diagnostics found = {0};
		struct plan *plan;
		unsigned char *bytes = malloc(size); /* exact, so that the sanitizer sees the end */
		memcpy(bytes, segment, size);
		for (int i = 0; i <= round % 4; i++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			bytes[(random >> 33) % size] = (unsigned char)(random >> 25);
		}
		const uint32_t cut = round % 16 ? size : (uint32_t)(random >> 40) % size & ~7u;
		if (plan_decode(bytes, cut, &plan) != OK) {
			refused++;
		} else {
			plan_validate(plan, &(struct validate_options){.ram = 1 << 20}, &found);
			for (uint32_t i = 0; i < plan->child_count; i++) {
				struct resolve_answer answer;
				resolve(plan,
				        &(struct resolve_request){
						.child = i, .service = "LOG", .label = "x"},
				        NULL, NULL, &answer);
			}
			plan_destroy(plan);
		}
		diagnostics_fini(&found);
		free(bytes);
	}
	ck_assert_uint_gt(refused, 100);
}
END_TEST

START_TEST(a_nested_policy_is_the_configuration_of_an_init)
{
	struct plan *inner;

	evaluate(
		"return policy { component \"sub\" { binary = \"init\", ram = \"4M\", caps = 200,\n"
		"  config = policy { component \"x\" { ram = \"1M\", caps = 50 } } } }");
	const struct plan_child *sub = &policy_plan(policy)->children[0];
	ck_assert_int_eq(sub->config.kind, CONFIG_DATA);
	ck_assert_int_eq(plan_decode(sub->config.data, (uint32_t)sub->config.size, &inner), OK);
	ck_assert_str_eq(inner->children[0].name, "x");
	ck_assert_uint_eq(inner->children[0].place.line, 2);
	plan_destroy(inner);
}
END_TEST

START_TEST(an_init_can_be_given_the_name_of_a_policy)
{
	struct plan *inner;

	evaluate(
		"return policy { component \"sub\" { binary = \"init\", ram = \"4M\", caps = 200,\n"
		"  config = { policy = \"shop.lua\" } } }");
	const struct plan_child *sub = &policy_plan(policy)->children[0];
	ck_assert_int_eq(plan_decode(sub->config.data, (uint32_t)sub->config.size, &inner), OK);
	ck_assert_str_eq(inner->policy_rom, "shop.lua");
	plan_destroy(inner);
}
END_TEST

/* ---- route functions ---- */

static struct resolve_answer ask(const char *label)
{
	const struct resolve_chooser chooser = policy_chooser(policy);
	const struct resolve_request request = {.child = 2, .service = "Block", .label = label};
	struct resolve_answer answer;

	resolve(policy_plan(policy), &request, &chooser, NULL, &answer);
	return answer;
}

static void fails(const char *label, const char *error)
{
	const struct resolve_answer answer = ask(label);

	ck_assert_int_eq(answer.outcome, RESOLVE_CHOOSE_FAILED);
	ck_assert_msg(strstr(answer.error, error), "%s", answer.error);
}

START_TEST(a_route_function_decides)
{
	evaluate(shop);
	ck_assert_int_eq(ask("child").outcome, RESOLVE_CHILD);
	ck_assert_int_eq(ask("my secret").outcome, RESOLVE_NOT_CHOSEN);
	ck_assert_int_eq(ask("nothing").outcome, RESOLVE_NOT_CHOSEN);
}
END_TEST

START_TEST(an_error_in_a_route_function_denies_that_one_session)
{
	evaluate(shop);
	for (int i = 0; i < 3; i++) {
		fails("error", "shop.lua:12: attempt to index a nil value");
		fails("loop", "shop.lua:13: the policy takes too long: it has 50000 steps");
		fails("eat", "shop.lua:14: the policy takes too");
		fails("other", "returned child 'log', which its choose does not declare");
		fails("text", "returned a string, which");
		fails("wrong", "returned parent, which");
		fails("pattern", "shop.lua:20: the policy takes too long");
		ck_assert_int_eq(ask("child").outcome, RESOLVE_CHILD);
	}
}
END_TEST

START_TEST(a_bare_answer_means_the_declared_target_rewriting_included)
{
	evaluate(
		"return policy { component \"a\" { ram = 1, caps = 1 },\n"
		"component \"b\" { ram = 1, caps = 1 },\n"
		"component \"c\" { ram = 1, caps = 1, route = { service \"Block\" { choose {\n"
		"  parent { label = \"y\" }, by = function(r)\n"
		"    return r.label == \"bare\" and parent or parent { label = \"y\" } end } } } } }");
	ck_assert_int_eq(ask("bare").outcome, RESOLVE_PARENT);
	ck_assert_str_eq(ask("bare").label.text, "y");
	ck_assert_str_eq(ask("full").label.text, "y");
}
END_TEST

/* ---- the sandbox ---- */

static const char *const absent[] = {
	"io",
	"os",
	"debug",
	"load",
	"loadstring",
	"loadfile",
	"dofile",
	"require",
	"package",
	"collectgarbage",
	"pcall",
	"xpcall",
	"coroutine",
	"next",
	"rawget",
	"rawset",
	"rawequal",
	"rawlen",
	"setmetatable",
	"getmetatable",
	"print",
	"warn",
	"_G",
	"_VERSION",
	"string.dump",
	"string.pack",
	"string.unpack",
	"math.random",
	"math.randomseed",
	"(\"\").dump",
	"utf8.codes",
};

START_TEST(what_reaches_outside_is_absent)
{
	char text[128];

	snprintf(text, sizeof(text), "assert(%s == nil) error('absent')", absent[_i]);
	refuse(text, strpbrk(absent[_i], ".") ? "absent" : "unknown word");
}
END_TEST

START_TEST(what_a_policy_needs_is_there)
{
	evaluate(
		"assert(select('#', 1, 2) == 2 and tonumber('12') == 12 and type('') == 'string')\n"
		"assert(math.floor(2.5) == 2 and math.max(1, 3) == 3 and math.maxinteger > 0)\n"
		"assert(('a,b'):gsub(',', ';') == 'a;b' and ('x'):rep(3, '-') == 'x-x-x')\n"
		"assert(string.format('%5.1f|%s|%q', 1.25, nil, 'x') == '  1.2|nil|\"x\"')\n"
		"assert(('%d'):format(3) == '3' and ('abc'):upper() == 'ABC' and #('abc'):sub(2) == 2)\n"
		"local t = { 3, 1, 2 } table.sort(t) assert(table.concat(t, ' ') == '1 2 3')\n"
		"table.sort(t, function(a, b) return a > b end) assert(table.concat(t) == '321')\n"
		"table.insert(t, 1, 9) assert(table.remove(t) == 1 and table.unpack(t) == 9)\n"
		"assert(table.concat(table.move({ 1, 2, 3 }, 1, 3, 2), '') == '1123')\n"
		"assert(utf8.char(228) == 'ä' and utf8.len('ä') == 1)\n"
		"local n = 0 for word in ('one two'):gmatch('%a+') do n = n + #word end assert(n == 6)\n"
		"local keys = '' for k in pairs { b = 1, a = 2, 5, [true] = 3 } do keys = keys .. tostring(k) end\n"
		"assert(keys == '1abtrue')\n"
		"assert(tostring({}) == 'table' and tostring(component 'x') == 'userdata')\n"
		"return policy {}");
}
END_TEST

/* Each of these would run for minutes, or for ever, or take all memory. */
static const char *const hostile[] = {
	"while true do end",
	"local function f() return f() end return f()",
	"local function f() f() end return f()",
	"for i = 1, 1 << 62 do end",
	"local s = 'x' while true do s = s .. s end",
	"local t = {} while true do t[#t + 1] = t end",
	"local s = ('x'):rep(60000) while true do local _ = s .. 'y' end",
	"local s = ('x'):rep(60000) local r = s .. '' while true do local _ = s == r end",
	"local s = ('x'):rep(60000) while true do s:find('y', 1, true) end",
	"local s = ('x'):rep(60000) while true do s:upper() end",
	"return ('x'):rep(1 << 60)",
	"return ('x'):rep(1 << 40, ('y'):rep(100))",
	"return ('a'):rep(30000):find(('a-'):rep(90) .. 'b')",
	"return ('a'):rep(60000):find('.-.-.-b')",
	"return ('('):rep(60000):find('%b()')",
	"return ('x'):rep(60000):gsub('', ('%0'):rep(10000))",
	"return ('x'):rep(60000):gsub('x*', function() while true do end end)",
	"for _ in ('x'):rep(60000):gmatch('.-b') do end",
	"local t = {} for i = 1, 60000 do t[i] = 'x' end while true do table.concat(t) end",
	"local t = {} for i = 1, 60000 do t[i] = i end while true do table.insert(t, 1, 0) end",
	"local t = {} for i = 1, 30000 do t[i] = i * 7919 % 30011 end while true do table.sort(t) end",
	"local t = { 1, 2, 3 } table.sort(t, function() while true do end end)",
	"return table.move({}, 1, 1 << 62, 2)",
	"return table.unpack({}, 1, 1 << 30)",
	"return table.concat({}, 'x', 1, 1 << 62)",
	"local t = {} for i = 1, 30000 do t[i] = i end while true do for _ in pairs(t) do break end end",
	"return utf8.len(('x'):rep(1 << 20))",
	"return string.format('%99.99f', 1) .. ('%d'):rep(30000):format(1)",
	"while true do include 'x' end",
	"return policy { component('x' .. ('y'):rep(65000)) {} } .. ('z'):rep(1 << 20)",
};

START_TEST(hostile_policies_end_soon_with_an_error)
{
	struct timespec before, after;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	ck_assert_int_eq(evaluate_with(hostile[_i], NULL), ERR_BAD_ARG);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	ck_assert_uint_ge(diagnostics.errors, 1);
	/* with sanitizers; without them it is a tenth of it */
	ck_assert_int_lt(after.tv_sec - before.tv_sec, 5);
}
END_TEST

START_TEST(limits_are_those_that_were_given)
{
	const struct policy_options few = {.limits.steps = 20000};
	const struct policy_options little = {.limits.memory = 200000};

	ck_assert_int_eq(evaluate_with("for i = 1, 4000 do end return policy {}", &few), OK);
	teardown();
	ck_assert_int_eq(evaluate_with("for i = 1, 40000 do end return policy {}", &few),
	                 ERR_BAD_ARG);
	teardown();
	ck_assert_int_eq(evaluate_with("local t = {} for i = 1, 9999 do t[i] = {} end", &little),
	                 ERR_BAD_ARG);
	ck_assert_ptr_nonnull(strstr(diagnostics.items[0].text, "too much memory"));
}
END_TEST

/* ---- the words in a run script ---- */

static struct sources sources;
static struct plan *booted;

static int boot(lua_State *L)
{
	static const char *const others[] = {"machine", "files", NULL};

	booted = policy_table_to_plan(L, 1, &sources, others, NULL, &diagnostics);
	return 0;
}

static void run_script(const char *text)
{
	lua_State *L = luaL_newstate();
	uint32_t index;

	booted = NULL;
	luaL_openlibs(L);
	ck_assert_int_eq(
		sources_add(&sources, "runs/x.lua", "@runs/x.lua", text, strlen(text), &index), OK);
	lua_pushglobaltable(L);
	policy_words_open(L, &sources);
	lua_pushcfunction(L, boot);
	lua_setfield(L, -2, "boot");
	ck_assert_int_eq(luaL_loadbuffer(L, text, strlen(text), "@runs/x.lua"), LUA_OK);
	ck_assert_msg(lua_pcall(L, 0, 0, 0) == LUA_OK, "%s", lua_tostring(L, -1));
	lua_close(L);
	sources_fini(&sources);
}

START_TEST(a_run_script_uses_the_same_words)
{
	run_script("boot {\n  machine = { ram = \"64M\" },\n"
	           "  component \"a\" { ram = \"1M\", caps = 60 },\n}");
	ck_assert_ptr_nonnull(booted);
	ck_assert_uint_eq(booted->children[0].place.line, 3);
	ck_assert_str_eq(booted->sources[0], "runs/x.lua");
	plan_destroy(booted);
}
END_TEST

START_TEST(a_run_script_is_told_the_same_errors)
{
	char line[512];

	run_script("boot {\n  machin = {},\n"
	           "  component \"a\" {\n    rom = \"1M\", caps = 60,\n"
	           "    route = { service \"LOG\" { choose { parent, by = print } } } },\n}");
	ck_assert_ptr_null(booted);
	ck_assert_uint_eq(diagnostics.count, 4);
	diagnostic_format(&diagnostics.items[0], line, sizeof(line));
	ck_assert_str_eq(
		line,
		"runs/x.lua:2: error: boot: unknown field 'machin' (did you mean 'machine'?)");
	diagnostic_format(&diagnostics.items[2], line, sizeof(line));
	ck_assert_str_eq(
		line,
		"runs/x.lua:4: error: component 'a': unknown field 'rom' (did you mean 'ram'?)");
	diagnostic_format(&diagnostics.items[3], line, sizeof(line));
	ck_assert_str_eq(line,
	                 "runs/x.lua:5: error: component 'a': service 'LOG': a binary plan has no "
	                 "functions, so choose cannot decide there");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy");
	TCase *tests = tcase_create("policy");

	tcase_add_checked_fixture(tests, NULL, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_policy_becomes_the_plan_it_says);
	tcase_add_test(tests, evaluating_twice_gives_the_same_bytes);
	tcase_add_test(tests, a_plan_survives_its_binary_form);
	tcase_add_test(tests, damaged_plans_do_no_harm);
	tcase_add_test(tests, a_nested_policy_is_the_configuration_of_an_init);
	tcase_add_test(tests, an_init_can_be_given_the_name_of_a_policy);
	tcase_add_test(tests, a_route_function_decides);
	tcase_add_test(tests, an_error_in_a_route_function_denies_that_one_session);
	tcase_add_test(tests, a_bare_answer_means_the_declared_target_rewriting_included);
	tcase_add_loop_test(tests, what_reaches_outside_is_absent, 0,
	                    sizeof(absent) / sizeof(absent[0]));
	tcase_add_test(tests, what_a_policy_needs_is_there);
	tcase_add_loop_test(tests, hostile_policies_end_soon_with_an_error, 0,
	                    sizeof(hostile) / sizeof(hostile[0]));
	tcase_add_test(tests, limits_are_those_that_were_given);
	tcase_add_test(tests, a_run_script_uses_the_same_words);
	tcase_add_test(tests, a_run_script_is_told_the_same_errors);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
