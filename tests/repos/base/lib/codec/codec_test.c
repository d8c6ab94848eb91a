/* SPDX-License-Identifier: MIT */
/* What people get wrong in Lua tables, and what they are told. The oracle tests what is right. */
#include <base/codec.h>
#include <check.h>
#include <lauxlib.h>
#include <lua.h>
#include <rich/schema.h>
#include <stdlib.h>
#include <string.h>

static lua_State *lua;
static struct codec_schema schema;
static struct codec_error error;
static uint64_t segment[4096];
static size_t size;

static void setup(void)
{
	lua = luaL_newstate();
	ck_assert_int_eq(codec_schema_init(&schema, rich_schema, rich_schema_size), OK);
}

static void teardown(void)
{
	lua_close(lua);
}

/* Encodes the value of a Lua expression as `type`; leaves the stack as it was. */
static enum status encode(const char *type, const char *expression)
{
	const int top = lua_gettop(lua);

	lua_pushfstring(lua, "return %s", expression);
	ck_assert_int_eq(luaL_dostring(lua, lua_tostring(lua, -1)), LUA_OK);
	enum status status =
		codec_encode(lua, -1, &schema, type, segment, sizeof(segment), &size, &error);
	ck_assert_int_eq(lua_gettop(lua), top + 2);
	lua_settop(lua, top);
	return status;
}

static void refuses(const char *type, const char *expression, const char *path, const char *message)
{
	ck_assert_int_eq(encode(type, expression), ERR_BAD_ARG);
	ck_assert_str_eq(error.path, path);
	ck_assert_str_eq(error.message, message);
}

static void encodes(const char *type, const char *expression, const char *expected)
{
	char text[2000];
	size_t text_size;

	ck_assert_msg(encode(type, expression) == OK, "%s: %s", error.path, error.message);
	ck_assert_int_eq(codec_json(&schema, type, segment, size, text, sizeof(text), &text_size,
	                            &error),
	                 OK);
	ck_assert_str_eq(text, expected);
	ck_assert_uint_eq(text_size, strlen(text));
}

START_TEST(an_unknown_field_is_named_with_its_likely_meaning)
{
	refuses("Rich", "{ mounts = { { rom = {} }, { ram = { siez = 5 } } } }", "mounts[2].ram",
	        "unknown field 'siez', did you mean 'size'?");
	ck_assert_str_eq(error.unknown, "siez");
	ck_assert_str_eq(error.nearest, "size");
	refuses("Rich", "{ flags = { levelMax = 1 } }", "flags",
	        "unknown field 'levelMax', did you mean 'level_max'?");
	refuses("Rich", "{ xylophone = 1 }", "", "unknown field 'xylophone'");
	ck_assert_str_eq(error.nearest, "");
}
END_TEST

START_TEST(of_several_unknown_fields_the_first_by_name_is_told)
{
	refuses("Rich", "{ zz = 1, aa = 2, mm = 3 }", "", "unknown field 'aa'");
}
END_TEST

START_TEST(sizes_are_numbers_or_texts_with_a_unit)
{
	encodes("Mount", "{ ram = { size = '8M' } }",
	        "{\"ram\":{\"size\":\"8388608\",\"sparse\":false}}");
	encodes("Mount", "{ ram = { size = '3K' } }",
	        "{\"ram\":{\"size\":\"3072\",\"sparse\":false}}");
	encodes("Mount", "{ ram = { size = '2G' } }",
	        "{\"ram\":{\"size\":\"2147483648\",\"sparse\":false}}");
	encodes("Mount", "{ ram = { size = '17' } }",
	        "{\"ram\":{\"size\":\"17\",\"sparse\":false}}");
	encodes("Mount", "{ ram = { size = 17 } }", "{\"ram\":{\"size\":\"17\",\"sparse\":false}}");
	encodes("Mount", "{ ram = { size = '17179869183G' } }",
	        "{\"ram\":{\"size\":\"18446744072635809792\",\"sparse\":false}}");
	refuses("Mount", "{ ram = { size = '17179869184G' } }", "ram.size",
	        "expected a size like \"8M\", got \"17179869184G\"");
	refuses("Mount", "{ ram = { size = '8m' } }", "ram.size",
	        "expected a size like \"8M\", got \"8m\"");
	refuses("Mount", "{ ram = { size = 'M' } }", "ram.size",
	        "expected a size like \"8M\", got \"M\"");
	refuses("Mount", "{ ram = { size = '' } }", "ram.size",
	        "expected a size like \"8M\", got \"\"");
	refuses("Mount", "{ ram = { size = '-1' } }", "ram.size",
	        "expected a size like \"8M\", got \"-1\"");
	refuses("Mount", "{ ram = { size = {} } }", "ram.size",
	        "expected a size like \"8M\", got a table");
	refuses("Mount", "{ ram = { size = 1.5 } }", "ram.size",
	        "expected a size like \"8M\", got 1.5");
	refuses("Mount", "{ ram = { size = -1 } }", "ram.size",
	        "expected a size like \"8M\", got -1");
}
END_TEST

START_TEST(numbers_must_fit)
{
	encodes("Small", "{ id = 65535 }", "{\"id\":65535}");
	encodes("Small", "{ id = 7.0 }", "{\"id\":7}");
	refuses("Small", "{ id = 65536 }", "id",
	        "expected a whole number from 0 to 65535, got 65536");
	refuses("Small", "{ id = -1 }", "id", "expected a whole number from 0 to 65535, got -1");
	refuses("Small", "{ id = 1.5 }", "id", "expected a whole number from 0 to 65535, got 1.5");
	refuses("Small", "{ id = '7' }", "id", "expected a number, got a string");
	refuses("Numbers", "{ i8 = -129 }", "i8",
	        "expected a whole number from -128 to 127, got -129");
	refuses("Numbers", "{ i8 = 128 }", "i8",
	        "expected a whole number from -128 to 127, got 128");
	refuses("Numbers", "{ f64 = 'x' }", "f64", "expected a number, got a string");
	refuses("Numbers", "{ yes = 1 }", "yes", "expected true or false, got a number");
}
END_TEST

START_TEST(wide_numbers_may_be_digits)
{
	ck_assert_int_eq(encode("Numbers",
	                        "{ u64 = '18446744073709551615', i64 = '-9223372036854775808' }"),
	                 OK);
	refuses("Numbers", "{ u64 = '18446744073709551616' }", "u64",
	        "expected a number, got a string");
	refuses("Numbers", "{ i64 = '9223372036854775808' }", "i64",
	        "expected a number, got a string");
	refuses("Numbers", "{ u64 = '-1' }", "u64", "expected a number, got a string");
}
END_TEST

START_TEST(of_a_union_exactly_one_member_is_given)
{
	encodes("Mount", "{ at = '/x', rom = {} }", "{\"at\":\"/x\",\"rom\":null}");
	encodes("Mount", "{ rom = true }", "{\"rom\":null}");
	encodes("Mount", "{ at = '/x' }", "{\"at\":\"/x\",\"rom\":null}");
	refuses("Mount", "{ rom = {}, link = 'x' }", "", "'rom' and 'link' exclude each other");
	refuses("Mount", "{ rom = false }", "rom", "expected {} or true, got false");
	refuses("Mount", "{ rom = { 1 } }", "rom", "expected {} or true, got a table with content");
	refuses("Rich", "{ kind = { number = 1, word = 'x' } }", "kind",
	        "'number' and 'word' exclude each other");
}
END_TEST

START_TEST(enumerants_are_names)
{
	ck_assert_int_eq(encode("Rich", "{ colour = 'dark_green' }"), OK);
	refuses("Rich", "{ colour = 'darkgreen' }", "colour",
	        "unknown value 'darkgreen', did you mean 'dark_green'?");
	refuses("Rich", "{ colour = 1 }", "colour",
	        "expected one of red, dark_green, blue, got a number");
}
END_TEST

START_TEST(lists_are_arrays_without_gaps)
{
	encodes("Lists", "{ bools = { true, false, true } }", "{\"bools\":[true,false,true]}");
	encodes("Lists", "{ u8s = {} }", "{\"u8s\":[]}");
	refuses("Lists", "{ u8s = 5 }", "u8s", "expected a list, got a number");
	refuses("Lists", "{ u8s = { x = 1 } }", "u8s", "expected a list, got a table with 'x'");
	refuses("Lists", "{ u8s = { 1, [7] = 2 } }", "u8s", "expected a list without gaps");
	refuses("Lists", "{ u8s = { [0] = 2 } }", "u8s", "expected a list without gaps");
	refuses("Lists", "{ u8s = { 1, 256 } }", "u8s[2]",
	        "expected a whole number from 0 to 255, got 256");
	refuses("Lists", "{ smalls = { { id = 1 }, 7 } }", "smalls[2]",
	        "expected a table, got a number");
	refuses("Lists", "{ texts = { 'a', {} } }", "texts[2]", "expected a string, got a table");
}
END_TEST

START_TEST(structs_are_tables_with_names)
{
	refuses("Rich", "5", "", "expected a table, got a number");
	refuses("Rich", "{ 'x' }", "", "expected a table with named fields, got a list");
	refuses("Rich", "{ numbers = 'x' }", "numbers", "expected a table, got a string");
	refuses("Rich", "{ text = function() end }", "text", "expected a string, got a function");
	refuses("Point", "{ peer = 1 }", "peer", "a capability cannot be written");
	refuses("Nothing", "{}", "", "the schema has no struct 'Nothing'");
	refuses("Rich.flags", "{}", "", "the schema has no struct 'Rich.flags'");
}
END_TEST

START_TEST(a_table_that_contains_itself_is_refused)
{
	ck_assert_int_eq(luaL_dostring(lua, "local t = {}; t.next = t; return t"), LUA_OK);
	ck_assert_int_eq(codec_encode(lua, -1, &schema, "Rich", segment, sizeof(segment), &size,
	                              &error),
	                 ERR_BAD_ARG);
	ck_assert_str_eq(error.message, "nested too deeply");
}
END_TEST

START_TEST(a_segment_that_is_too_small_is_refused)
{
	lua_pushstring(lua, "x");
	lua_newtable(lua);
	lua_pushstring(lua, "some text");
	lua_setfield(lua, -2, "name");
	ck_assert_int_eq(codec_encode(lua, -1, &schema, "Small", segment, 40, &size, &error), OK);
	ck_assert_uint_eq(size, 40);
	for (size_t room = 0; room < 40; room++)
		ck_assert_int_eq(codec_encode(lua, -1, &schema, "Small", segment, room, &size,
		                              NULL),
		                 ERR_INSUFFICIENT_RAM);
}
END_TEST

START_TEST(json_that_is_too_long_is_refused)
{
	char text[64];
	size_t text_size;

	ck_assert_int_eq(encode("Small", "{ id = 3, name = 'a' }"), OK);
	ck_assert_int_eq(codec_json(&schema, "Small", segment, size, text, 20, &text_size, &error),
	                 OK);
	ck_assert_str_eq(text, "{\"id\":3,\"name\":\"a\"}");
	for (size_t room = 0; room < 20; room++)
		ck_assert_int_eq(codec_json(&schema, "Small", segment, size, text, room, &text_size,
		                            NULL),
		                 ERR_INSUFFICIENT_RAM);
}
END_TEST

START_TEST(json_is_always_utf8)
{
	encodes("Small", "{ name = 'a\\x80b\\xc3\\xa9\\xed\\xa0\\x80' }",
	        "{\"id\":0,\"name\":\"a\xef\xbf\xbd"
	        "b\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}");
}
END_TEST

START_TEST(decoding_uses_the_spelling_of_lua)
{
	ck_assert_int_eq(encode("Rich", "{ flags = { level_max = 3 }, colour = 'dark_green' }"),
	                 OK);
	ck_assert_int_eq(codec_decode(lua, &schema, "Rich", segment, size, &error), OK);
	lua_getfield(lua, -1, "colour");
	ck_assert_str_eq(lua_tostring(lua, -1), "dark_green");
	lua_pop(lua, 1);
	lua_getfield(lua, -1, "greeting");
	ck_assert_str_eq(lua_tostring(lua, -1), "hello");
	lua_pop(lua, 1);
	lua_getfield(lua, -1, "flags");
	lua_getfield(lua, -1, "level_max");
	ck_assert_int_eq(lua_tointeger(lua, -1), 3);
}
END_TEST

START_TEST(a_malformed_message_leaves_the_stack_alone)
{
	const int top = lua_gettop(lua);

	ck_assert_int_eq(encode("Rich", "{ text = 'x', numbers = {} }"), OK);
	ck_assert_int_eq(codec_decode(lua, &schema, "Rich", segment, size - 8, &error),
	                 ERR_BAD_ARG);
	ck_assert_int_eq(lua_gettop(lua), top);
	ck_assert_str_ne(error.message, "");
}
END_TEST

START_TEST(a_broken_descriptor_is_refused)
{
	_Alignas(8) static unsigned char copy[1 << 16];
	struct codec_schema broken;

	ck_assert_uint_le(rich_schema_size, sizeof(copy));
	memcpy(copy, rich_schema, rich_schema_size);
	ck_assert_int_eq(codec_schema_init(&broken, copy, rich_schema_size), OK);
	ck_assert_int_eq(codec_schema_init(&broken, copy, rich_schema_size - 1), ERR_BAD_ARG);
	ck_assert_int_eq(codec_schema_init(&broken, copy + 4, rich_schema_size - 4), ERR_BAD_ARG);
	ck_assert_int_eq(codec_schema_init(&broken, NULL, 0), ERR_BAD_ARG);
	copy[0]++;
	ck_assert_int_eq(codec_schema_init(&broken, copy, rich_schema_size), ERR_BAD_ARG);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("codec");
	TCase *tests = tcase_create("codec");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, an_unknown_field_is_named_with_its_likely_meaning);
	tcase_add_test(tests, of_several_unknown_fields_the_first_by_name_is_told);
	tcase_add_test(tests, sizes_are_numbers_or_texts_with_a_unit);
	tcase_add_test(tests, numbers_must_fit);
	tcase_add_test(tests, wide_numbers_may_be_digits);
	tcase_add_test(tests, of_a_union_exactly_one_member_is_given);
	tcase_add_test(tests, enumerants_are_names);
	tcase_add_test(tests, lists_are_arrays_without_gaps);
	tcase_add_test(tests, structs_are_tables_with_names);
	tcase_add_test(tests, a_table_that_contains_itself_is_refused);
	tcase_add_test(tests, a_segment_that_is_too_small_is_refused);
	tcase_add_test(tests, json_that_is_too_long_is_refused);
	tcase_add_test(tests, json_is_always_utf8);
	tcase_add_test(tests, decoding_uses_the_spelling_of_lua);
	tcase_add_test(tests, a_malformed_message_leaves_the_stack_alone);
	tcase_add_test(tests, a_broken_descriptor_is_refused);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
