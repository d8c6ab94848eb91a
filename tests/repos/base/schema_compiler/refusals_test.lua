-- SPDX-License-Identifier: MIT
-- Schemas that are refused, and with which words. arg: a folder for files.

local folder = arg[1]
local compiler = "repos/base/schema_compiler/main.lua"

local cases = {
	{ "generic structs", [[
struct Box(T) { content @0 :T; }]],
		"2: Box: generics are refused" },
	{ "generic fields", [[
struct Box(T) { content @0 :UInt8; }
struct Room {
	box @0 :Box(Text);
}]],
		"2: Box: generics are refused\n4: Room.box: generics are refused" },
	{ "generic methods", [[
interface Shop {
	buy @0 [T] (what :T) -> ();
}]],
		"3: Shop.buy: generics are refused" },
	{ "AnyPointer", [[
struct Bag {
	# whatever
	thing @0 :AnyPointer;
}]],
		"4: Bag.thing: AnyPointer is refused" },
	{ "two superclasses", [[
interface A {}
interface B {}
interface C extends(A, B) {}]],
		"4: C: more than one superclass is refused" },
	{ "five ancestors", [[
interface A {}
interface B extends(A) {}
interface C extends(B) {}
interface D extends(C) {}
interface E extends(D) {}
interface F extends(E) {}]],
		"7: F: more than 4 ancestors are refused" },
	{ "lists of lists", [[
struct Matrix { rows @0 :List(List(Int32)); }]],
		"2: Matrix.rows: lists of lists are refused, use a list of structs" },
	{ "defaults of lists", [[
struct S {
	a @0 :UInt8;
	group1 :group {
		b @1 :List(UInt8) = [1, 2];
	}
}]],
		"5: S.group1.b: defaults of lists and structs are refused" },
	{ "defaults of structs", [[
struct S { a @0 :UInt8; }
struct T {
	s @0 :S = (a = 3);
}]],
		"4: T.s: defaults of lists and structs are refused" },
	{ "constants that are structs", [[
struct S { a @0 :UInt8; }
const s :S = (a = 3);]],
		"3: s: constants of this type are refused" },
	{ "two interfaces with one hash", [[
interface A @0x8000000100000007 {}
interface B @0x8000000200000007 {}]],
		"3: B: the low 32 bits of its id are not unique, choose another" },
	{ "an interface with hash zero", [[
interface A @0x8000000100000000 {}]],
		"2: A: the low 32 bits of its id are not unique, choose another" },
	{ "members with one C name", [[
struct S {
	fooBar @0 :UInt8;
	fooBAR @1 :UInt8;
}]],
		"4: S.fooBAR: the C name 'foo_bar' is taken by fooBar" },
	{ "types with one C name", [[
struct FooBar { a @0 :UInt8; }
struct Foo {
	a @0 :UInt8;
	struct Bar { a @0 :UInt8; }
}]],
		"5: Foo.Bar: the C name 'foo_bar' is taken by FooBar" },
	{ "sizes that are too small", [[
using Capos = import "/capos.capnp";
struct S {
	size @0 :UInt32 $Capos.size;
}]],
		"4: S.size: $size belongs to fields of type UInt64" },
}

local function write(path, text)
	local file = assert(io.open(path, "w"))
	file:write(text)
	file:close()
end

local function errors_of(source)
	local path = folder .. "/refused.capnp"
	write(path, "@0xc0a5000000007e58;\n" .. source .. "\n")
	local import = "--no-standard-import -Irepos/base/interface"
	assert(os.execute(string.format("capnp compile %s -o- %s > %s/request 2> %s/errors", import, path,
		folder, folder)), "the tool refuses: " .. source)
	local command = string.format("lua5.4 %s --out %s < %s/request 2> %s/errors", compiler, folder, folder,
		folder)
	local passed = os.execute(command)
	local file = assert(io.open(folder .. "/errors"))
	local text = file:read("a")
	file:close()
	return passed and "" or text:gsub("[^\n]*refused%.capnp:", "")
end

local failed = 0
for _, case in ipairs(cases) do
	local title, source, expected = case[1], case[2], case[3]
	local errors = errors_of(source)
	if errors ~= expected .. "\n" then
		failed = failed + 1
		io.stderr:write(title, ": expected\n\t", expected, "\ngot\n\t", errors, "\n")
	end
end
assert(failed == 0, failed .. " refusals differ")
print(#cases .. " refusals")
