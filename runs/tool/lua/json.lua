-- SPDX-License-Identifier: MIT
-- JSON: just what our own figures need. Objects are written with sorted keys, one entry
-- of the outermost per line, so that a change shows as a line.

local sorted = require "sorted"

local json = {}

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t" }

local function encode(value, depth)
	if type(value) == "string" then
		return '"' .. value:gsub('["\\\n\t]', escapes) .. '"'
	elseif math.type(value) == "float" then
		return value == math.floor(value) and ("%.0f"):format(value) or ("%.3f"):format(value)
	elseif type(value) ~= "table" then
		return tostring(value)
	end
	local entries = {}
	for _, key in ipairs(sorted(value)) do
		entries[#entries + 1] = ('"%s": %s'):format(key, encode(value[key], depth + 1))
	end
	if depth > 0 then
		return "{ " .. table.concat(entries, ", ") .. " }"
	end
	return "{\n\t" .. table.concat(entries, ",\n\t") .. "\n}\n"
end

function json.encode(object)
	return encode(object, 0)
end

local decode

local function fail(text, at)
	local _, line = text:sub(1, at):gsub("\n", "")
	error(("line %d: not the JSON that was expected"):format(line + 1), 0)
end

local function skip(text, at)
	return text:find("%S", at) or #text + 1
end

local function decode_string(text, at)
	local stop = at + 1
	while text:sub(stop, stop) ~= '"' do
		stop = stop + (text:sub(stop, stop) == "\\" and 2 or 1)
		if stop > #text then
			fail(text, at)
		end
	end
	local plain = text:sub(at + 1, stop - 1):gsub("\\(.)", function(letter)
		return letter == "n" and "\n" or letter == "t" and "\t" or letter
	end)
	return plain, stop + 1
end

local function decode_object(text, at)
	local object = {}
	at = skip(text, at + 1)
	while text:sub(at, at) ~= "}" do
		if text:sub(at, at) ~= '"' then
			fail(text, at)
		end
		local key
		key, at = decode_string(text, at)
		at = skip(text, at)
		if text:sub(at, at) ~= ":" then
			fail(text, at)
		end
		object[key], at = decode(text, at + 1)
		at = skip(text, at)
		if text:sub(at, at) == "," then
			at = skip(text, at + 1)
		elseif text:sub(at, at) ~= "}" then
			fail(text, at)
		end
	end
	return object, at + 1
end

function decode(text, at)
	at = skip(text, at)
	local first = text:sub(at, at)
	if first == "{" then
		return decode_object(text, at)
	elseif first == '"' then
		return decode_string(text, at)
	end
	local word, stop = text:match("^([%w.+-]+)()", at)
	local values = { ["true"] = true, ["false"] = false }
	local value = tonumber(word)
	if value == nil then
		value = values[word]
	end
	if value == nil then
		fail(text, at)
	end
	return value, stop
end

-- Objects, texts, numbers and truth values; raises an error that names the line.
function json.decode(text)
	local value, stop = decode(text, 1)
	if skip(text, stop) <= #text then
		fail(text, stop)
	end
	return value
end

return json
