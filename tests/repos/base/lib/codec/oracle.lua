-- SPDX-License-Identifier: MIT
-- Random messages, ours against the capnp tool's, in both directions.
--
-- arg: folder for files, schema file, import folder, number of messages, seed

local folder, schema_file, import_folder = arg[1], arg[2], arg[3]
local count, seed = tonumber(arg[4]), tonumber(arg[5])
math.randomseed(seed)

local random = math.random
local BATCH = 250

-- ---- random values -------------------------------------------------------------------------

local function chance(percent)
	return random(100) <= percent
end

local function integer(bits, signed)
	local value = random(0)
	if chance(30) then
		value = random(-2, 2)
	end
	if bits == 64 then
		return signed and value or value & math.maxinteger
	end
	value = value & (1 << bits) - 1
	return signed and value >= 1 << bits - 1 and value - (1 << bits) or value
end

local function number()
	local whole = random(-1000000, 1000000) / 64
	return chance(20) and whole * 2.0 ^ random(-40, 40) or whole
end

local function wide()
	return chance(50) and number() or random() * 10.0 ^ random(-300, 300)
end

local alphabet = { "a", "B", "7", " ", "\n", '"', "\\", "\1", "\t", "é", "€", "𝄞", "/" }

local function text()
	local parts = {}
	for i = 1, random(0, 12) do
		parts[i] = alphabet[random(#alphabet)]
	end
	return table.concat(parts)
end

local function blob()
	local bytes = {}
	for i = 1, random(0, 20) do
		bytes[i] = string.char(random(0, 255))
	end
	return table.concat(bytes)
end

local function truth()
	return chance(50)
end

local function colour()
	return ({ "red", "dark_green", "blue" })[random(3)]
end

local function list(make, most)
	local items = {}
	for i = 1, random(0, most or 9) do
		items[i] = make()
	end
	return items
end

local function maybe(make)
	if chance(70) then
		return make()
	end
	return nil
end

local function of_bits(bits, signed)
	return function()
		return integer(bits, signed)
	end
end

local function numbers()
	return {
		i8 = maybe(of_bits(8, true)), i16 = maybe(of_bits(16, true)), i32 = maybe(of_bits(32, true)),
		i64 = maybe(of_bits(64, true)), u8 = maybe(of_bits(8)), u16 = maybe(of_bits(16)),
		u32 = maybe(of_bits(32)), u64 = maybe(of_bits(64)), f32 = maybe(number), f64 = maybe(wide),
		yes = maybe(truth), no = maybe(truth),
	}
end

local function small()
	return { id = integer(16), name = maybe(text) }
end

local function lists()
	return {
		voids = maybe(function() return list(function() return true end) end),
		bools = maybe(function() return list(truth, 30) end),
		i8s = maybe(function() return list(of_bits(8, true)) end),
		i16s = maybe(function() return list(of_bits(16, true)) end),
		i32s = maybe(function() return list(of_bits(32, true)) end),
		i64s = maybe(function() return list(of_bits(64, true)) end),
		u8s = maybe(function() return list(of_bits(8)) end),
		u16s = maybe(function() return list(of_bits(16)) end),
		u32s = maybe(function() return list(of_bits(32)) end),
		u64s = maybe(function() return list(of_bits(64)) end),
		f32s = maybe(function() return list(number) end),
		f64s = maybe(function() return list(wide) end),
		texts = maybe(function() return list(text) end),
		datas = maybe(function() return list(blob) end),
		colours = maybe(function() return list(colour) end),
		smalls = maybe(function() return list(small) end),
		empties = maybe(function() return list(function() return {} end) end),
	}
end

local function mount()
	local choices = {
		function() return { rom = true } end,
		function() return { ram = { size = integer(64), sparse = truth() } } end,
		function() return { dev = { names = list(text) } } end,
		function() return { link = text() } end,
		function() return { inner = small() } end,
	}
	local value = choices[random(#choices)]()
	value.at = maybe(text)
	return value
end

local function kind()
	local choices = {
		function() return { nothing = true } end,
		function() return { number = wide() } end,
		function() return { word = text() } end,
		function() return { mount = mount() } end,
		function() return { numbers = list(of_bits(32)) } end,
	}
	return choices[random(#choices)]()
end

-- greeting and magic are always given: the tool leaves out what is null, we tell the default.
local function rich(depth)
	return {
		numbers = maybe(numbers), lists = maybe(lists), text = maybe(text), data = maybe(blob),
		colour = maybe(colour), greeting = text(), magic = blob(),
		mounts = maybe(function() return list(mount, 4) end),
		children = depth > 0 and chance(30) and list(function() return rich(depth - 1) end, 2) or nil,
		next = depth > 0 and chance(30) and rich(depth - 1) or nil,
		empty = chance(30) and {} or nil,
		flags = maybe(function() return { verbose = truth(), level_max = maybe(of_bits(8)) } end),
		kind = kind(),
		size = maybe(of_bits(64)),
	}
end

-- ---- JSON ----------------------------------------------------------------------------------

local unescaped = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

local null = {}

local function parse(source, at)
	local value
	local function space()
		at = source:find("[^%s]", at) or #source + 1
	end
	local function string_value()
		local parts = {}
		at = at + 1
		while source:sub(at, at) ~= '"' do
			local plain = source:match('^[^"\\]+', at)
			if plain then
				parts[#parts + 1] = plain
				at = at + #plain
			elseif source:sub(at + 1, at + 1) == "u" then
				parts[#parts + 1] = utf8.char(tonumber(source:sub(at + 2, at + 5), 16))
				at = at + 6
			else
				parts[#parts + 1] = unescaped[source:sub(at + 1, at + 1)]
				at = at + 2
			end
		end
		at = at + 1
		return table.concat(parts)
	end
	local function sequence(close, step)
		at = at + 1
		space()
		while source:sub(at, at) ~= close do
			step()
			space()
			if source:sub(at, at) == "," then
				at = at + 1
				space()
			end
		end
		at = at + 1
	end
	function value()
		space()
		local first = source:sub(at, at)
		local result
		if first == "{" then
			result = {}
			sequence("}", function()
				local key = string_value()
				space()
				at = at + 1
				result[key] = value()
			end)
		elseif first == "[" then
			result = {}
			sequence("]", function()
				result[#result + 1] = value()
			end)
		elseif first == '"' then
			return string_value()
		else
			local word = source:match("^[%w.+-]+", at)
			at = at + #word
			if word == "null" then
				return null
			elseif word == "true" or word == "false" then
				return word == "true"
			end
			return assert(tonumber(word), word)
		end
		return result
	end
	local result = value()
	return result, at
end

local function close_to(a, b)
	return a == b or math.abs(a - b) <= 1e-6 * math.max(math.abs(a), math.abs(b))
end

-- The first difference of two values, or nil. The view does not tell an absent text from an empty.
local function difference(a, b, path)
	if a == nil and b == "" or a == "" and b == nil then
		return nil
	elseif type(a) ~= type(b) then
		return path .. ": " .. tostring(a) .. " and " .. tostring(b)
	elseif type(a) == "number" then
		return not close_to(a, b) and path .. ": " .. a .. " and " .. b or nil
	elseif type(a) ~= "table" then
		return a ~= b and path .. ": " .. tostring(a) .. " and " .. tostring(b) or nil
	end
	for key, value in pairs(a) do
		local found = difference(value, b[key], path .. "." .. key)
		if found then
			return found
		end
	end
	for key in pairs(b) do
		if a[key] == nil and b[key] ~= "" then
			return path .. "." .. key .. " is only in the second"
		end
	end
end

-- Is all that was given also in what came back?
local function missing(given, back, path)
	if type(given) ~= "table" then
		if type(given) == "number" and type(back) == "number" then
			return not close_to(given, back) and path or nil
		end
		return given ~= back and path .. ": " .. tostring(given) .. " became " .. tostring(back) or nil
	elseif type(back) ~= "table" then
		return path .. " is gone"
	end
	for key, value in pairs(given) do
		local found = missing(value, back[key], path .. "." .. key)
		if found then
			return found
		end
	end
end

-- ---- the comparison ------------------------------------------------------------------------

local function write(path, bytes)
	local file = assert(io.open(path, "wb"))
	file:write(bytes)
	file:close()
end

local function read(path)
	local file = assert(io.open(path, "rb"))
	local bytes = file:read("a")
	file:close()
	return bytes
end

local function convert(from, to, input, output)
	local command = string.format("capnp convert --quiet --short --no-standard-import -I%s %s:%s %s Rich < %s > %s",
		import_folder, from, to, schema_file, input, output)
	assert(os.execute(command), command)
end

local function framed(bytes)
	return string.pack("<I4 I4", 0, #bytes // 8) .. bytes
end

local function check(found, i, what)
	if found then
		error(string.format("message %d (seed %d), %s: %s", i, seed, what, found), 0)
	end
end

-- The tool reads one JSON value at a time: many messages become the children of one.
local function from_json(lines)
	local children = '{"greeting":"","magic":[],"children":[' .. table.concat(lines, ",") .. "]}"
	write(folder .. "/batch.json", children)
	convert("json", "flat", folder .. "/batch.json", folder .. "/theirs.flat")
	return read(folder .. "/theirs.flat")
end

local function compare_batch(given)
	local ours, stream = {}, {}
	for i, value in ipairs(given) do
		ours[i] = encode("Rich", value)
		assert(encode("Rich", value) == ours[i], "encoding twice gives different bytes")
		stream[i] = framed(ours[i])
	end
	write(folder .. "/ours.bin", table.concat(stream))
	convert("binary", "json", folder .. "/ours.bin", folder .. "/theirs.json")
	local lines = {}
	for line in read(folder .. "/theirs.json"):gmatch("[^\n]+") do
		lines[#lines + 1] = line
	end
	assert(#lines == #given, "the tool read " .. #lines .. " messages")
	local flat = from_json(lines)
	local theirs = decode("Rich", flat).children
	local theirs_again = decode("Rich", again(flat)).children
	for i, bytes in ipairs(ours) do
		local mine = decode("Rich", bytes)
		check(missing(given[i], mine, "root"), i, "given and decoded")
		check(difference(parse(json("Rich", bytes), 1), parse(lines[i], 1), "root"), i, "JSON")
		check(difference(mine, theirs[i], "root"), i, "ours and the tool's")
		check(difference(mine, decode("Rich", again(bytes)), "root"), i, "ours through the view")
		check(difference(mine, theirs_again[i], "root"), i, "the tool's through the view")
	end
end

for _ = 1, count, BATCH do
	local given = {}
	for i = 1, BATCH do
		given[i] = rich(1)
	end
	compare_batch(given)
end
print(count .. " messages agree")
