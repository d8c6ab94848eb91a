/* SPDX-License-Identifier: MIT */
/*
 * The sandbox's string and table functions against Lua's own as oracle: a script
 * in a state that has both compares their answers on chosen and on random input.
 */
#include <check.h>
#include <lauxlib.h>
#include <lua/library.h>
#include <lua/meter.h>
#include <lualib.h>

static const char script[] =
	"local state = 12345\n"
	"local function random(n) state = (state * 1103515245 + 12345) & 0x7fffffff return state // 65536 % n end\n"
	"local function show(...)\n"
	"  local t = table.pack(...)\n"
	"  for i = 1, t.n do t[i] = tostring(t[i]) end\n"
	"  return table.concat(t, '|')\n"
	"end\n"
	"local function strip(text) return (text:gsub('^.-:%d+: ', ''):gsub(\" to '%?'\", '')) end\n"
	"local compared = 0\n"
	"local function compare(name, ...)\n"
	"  compared = compared + 1\n"
	"  local theirs = table.pack(pcall(string[name], ...))\n"
	"  local ours = table.pack(pcall(own.string[name], ...))\n"
	"  if not theirs[1] then\n"
	"    if ours[1] then error(name .. ' should fail: ' .. show(...) .. ': ' .. theirs[2]) end\n"
	"    return\n"
	"  end\n"
	"  if show(table.unpack(theirs, 1, theirs.n)) ~= show(table.unpack(ours, 1, ours.n)) then\n"
	"    error(name .. '(' .. show(...) .. '): ' .. show(table.unpack(theirs, 1, theirs.n)) .. ' <> ' ..\n"
	"      show(table.unpack(ours, 1, ours.n)))\n"
	"  end\n"
	"end\n"
	"local function all(library, text, pattern)\n"
	"  local list = {}\n"
	"  for a, b in library.gmatch(text, pattern) do list[#list + 1] = show(a, b) end\n"
	"  return table.concat(list, ';')\n"
	"end\n"
	"local function both(text, pattern)\n"
	"  compare('find', text, pattern)\n"
	"  compare('find', text, pattern, 2)\n"
	"  compare('find', text, pattern, -2)\n"
	"  compare('find', text, pattern, 1, true)\n"
	"  compare('match', text, pattern)\n"
	"  compare('match', text, pattern, 9)\n"
	"  compare('gsub', text, pattern, '<%0>')\n"
	"  compare('gsub', text, pattern, '%1', 2)\n"
	"  compare('gsub', text, pattern, { a = 'b', b = false, [1] = 7 })\n"
	"  compare('gsub', text, pattern, function(x) return x ~= 'a' and x end)\n"
	"  local good, theirs = pcall(all, string, text, pattern)\n"
	"  local fine, ours = pcall(all, own.string, text, pattern)\n"
	"  assert(good == fine and (not good or theirs == ours), pattern .. ': ' .. tostring(theirs) .. ' <> ' .. tostring(ours))\n"
	"end\n"
	"for _, pattern in ipairs { '', '^', '$', '^$', 'a', '^a', 'a$', '.', '.*', '.-', '.+', 'a?b', '[a-c]+', '[^a]*',\n"
	"  '[]]', '[^]]', '[a-]', '[-a]', '[%a_]', '[%]]', '%a+', '%A', '%d%d', '%x', '%%', '%.', '(a)(b)', '((a)b)', '()a()',\n"
	"  '(a*)%1', '%b()', '%b\"\"', '%f[%a]%a+', '%f[\\0]', '(a', 'a)', '%', '[a', '[%', '%1', '(%1)', '%b', '%f', 'a-b', 'a--b',\n"
	"  '[a-%d]', '^^a', 'a$b', '(.-)%s*$', '^%s*(.-)%s*$', '[[:a]+', '(()', '%g+', '%C', '%u%l*' } do\n"
	"  for _, text in ipairs { '', 'a', 'ab', 'aab]', 'b a1 _', '(a(b)c)', 'Hello World', '\"q\"', '  trim me  ', 'a\\0b', '%d$^' } do\n"
	"    both(text, pattern)\n"
	"  end\n"
	"end\n"
	"local pieces = { 'a', 'b', '.', '%a', '%d', '[ab]', '[^a]', '*', '+', '-', '?', '(', ')', '%1', '^', '$', '%b()', '%f[a]', '[a-z]' }\n"
	"for round = 1, 6000 do\n"
	"  local pattern, text = '', ''\n"
	"  for _ = 1, random(6) do pattern = pattern .. pieces[1 + random(#pieces)] end\n"
	"  for _ = 1, random(9) do text = text .. ('ab1()'):sub(1 + random(5)):sub(1, 1) end\n"
	"  both(text, pattern)\n"
	"end\n"
	"for _, times in ipairs { -1, 0, 1, 2, 100 } do\n"
	"  compare('rep', 'ab', times) compare('rep', 'ab', times, ',') compare('rep', '', times, ',')\n"
	"end\n"
	"for _, f in ipairs { '%d', '%5.2f', '%s', '%q', '%x', '%%', '%', '%y', '%-5s|', '%i%c' } do compare('format', f, 65, 66) end\n"
	"for size = 0, 40 do\n"
	"  local t, u = {}, {}\n"
	"  for i = 1, size do t[i] = random(20) u[i] = t[i] end\n"
	"  table.sort(t) own.table.sort(u)\n"
	"  assert(table.concat(t, ' ') == table.concat(u, ' ') and table.concat(u, ' ') == own.table.concat(u, ' '))\n"
	"  own.table.sort(u, function(a, b) return a > b end)\n"
	"  for i = 2, size do assert(u[i - 1] >= u[i]) end\n"
	"  for from = 1, 5 do for to = -1, 7 do\n"
	"    assert(table.concat(table.move({ 1, 2, 3, 4, 5, 6 }, from, 5, to), ',', 1, 6) ==\n"
	"      table.concat(own.table.move({ 1, 2, 3, 4, 5, 6 }, from, 5, to), ',', 1, 6))\n"
	"  end end\n"
	"end\n"
	"local stable = {}\n"
	"for i = 1, 50 do stable[i] = { i // 10, i } end\n"
	"own.table.sort(stable, function(a, b) return a[1] > b[1] end)\n"
	"for i = 2, 50 do assert(stable[i - 1][1] > stable[i][1] or stable[i - 1][2] < stable[i][2]) end\n"
	"return compared\n";

START_TEST(our_functions_answer_like_those_of_lua)
{
	struct meter meter;
	lua_State *L = meter_state_create(&meter, 64 << 20);

	ck_assert_ptr_nonnull(L);
	luaL_openlibs(L);
	lua_newtable(L);
	library_open(L);
	lua_setglobal(L, "own");
	/* the script's own strings have Lua's methods again */
	ck_assert_int_eq(luaL_dostring(L, "debug.getmetatable('').__index = string"), LUA_OK);
	meter_refill(&meter, UINT64_MAX);
	ck_assert_msg(luaL_dostring(L, script) == LUA_OK, "%s", lua_tostring(L, -1));
	ck_assert_int_gt(lua_tointeger(L, -1), 50000);
	lua_close(L);
	ck_assert_uint_eq(meter.memory_used, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy library");
	TCase *tests = tcase_create("oracle");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, our_functions_answer_like_those_of_lua);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
