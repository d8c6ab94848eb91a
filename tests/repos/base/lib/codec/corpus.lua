-- SPDX-License-Identifier: MIT
-- Writes seeds for the fuzzers. Run by the oracle program; arg: two folders.

local examples = {
	{ "Rich", {} },
	{ "Rich", { text = "x", data = "y", colour = "blue", numbers = { i8 = 1 }, next = { text = "z" } } },
	{ "Rich", { mounts = { { rom = {} }, { ram = { size = "1M" } }, { dev = { names = { "a", "b" } } } } } },
	{ "Rich", { children = { { text = "a" }, { text = "b" } }, kind = { numbers = { 1, 2, 3 } } } },
	{ "Rich", { lists = { bools = { true, false }, i64s = { 1, 2 }, texts = { "a" }, datas = { "b" },
		colours = { "red" }, smalls = { { id = 1, name = "s" } }, empties = { {}, {} }, voids = { true } } } },
}

local function write(path, bytes)
	local file = assert(io.open(path, "wb"))
	file:write(bytes)
	file:close()
end

for i, example in ipairs(examples) do
	local bytes = encode(example[1], example[2])
	write(arg[1] .. "/" .. i, bytes)
	for which = 0, 15, 5 do
		write(arg[2] .. "/" .. i .. "_" .. which, string.pack("<I2 B", 0, which) .. bytes)
	end
	local descriptor = schema()
	write(arg[2] .. "/own_" .. i, string.pack("<I2 B", #descriptor, i) .. descriptor .. bytes)
end
