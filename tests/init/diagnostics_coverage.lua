-- SPDX-License-Identifier: MIT
-- Every message in the policy code has a golden file: lists those that none of
-- diagnostics/*.expected shows. Arguments: the expected files, "--", the sources.

local reporters = { "compile_error", "compile_error_at", "flat_end", "validation_error",
	"validation_warning", "luaL_error", "luaL_argcheck", "diagnostics_add" }

-- Messages that evaluating a policy cannot bring about.
local unreachable = {
	["out of memory"] = true,
	["%s: %s"] = true, -- made of others
	["%s"] = true,
	["a policy has %d files at most"] = true, -- deeper than includes may nest
	["no such global"] = true,
	["returned %s, which its choose does not declare"] = true, -- said to a session request
	["globals cannot be set"] = true,
}

local function read(path)
	local file <close> = assert(io.open(path, "rb"))
	return file:read("a")
end

-- The string literals of a call, adjacent ones joined, and of them the longest.
local function message_of(call)
	local literals, at = {}, 1
	while true do
		local start = call:find('"', at, true)
		if not start then
			break
		end
		local glued = #literals > 0 and call:sub(at, start - 1):find("^%s*$")
		local finish = start
		repeat
			finish = call:find('["\\]', finish + 1)
			local escape = call:sub(finish, finish) == "\\"
			finish = escape and finish + 1 or finish
		until not escape
		local text = call:sub(start + 1, finish - 1):gsub("\\(.)", "%1")
		literals[glued and #literals or #literals + 1] = (glued and literals[#literals] or "") .. text
		at = finish + 1
	end
	table.sort(literals, function(left, right) return #left > #right end)
	return literals[1] or ""
end

-- As a Lua pattern, in which each conversion matches anything.
local function pattern_of(message)
	local escaped = message:gsub("%%%%", "\0"):gsub("%%[%d.*]*l*[%a]", "\1"):gsub("%p", "%%%0")
	return (escaped:gsub("\0", "%%%%"):gsub("\1", ".-"))
end

local expected, sources = {}, {}
local list = expected
for _, argument in ipairs(arg) do
	if argument == "--" then
		list = sources
	else
		list[#list + 1] = argument
	end
end

local shown = {}
for _, path in ipairs(expected) do
	for line in read(path):gmatch("[^\n]+") do
		shown[#shown + 1] = line
	end
end

local function is_shown(message)
	local pattern = pattern_of(message)
	for _, line in ipairs(shown) do
		if line:find(pattern) then
			return true
		end
	end
	return false
end

local missing, found = 0, 0
for _, path in ipairs(sources) do
	local text = read(path):gsub("/%*.-%*/", "")
	for _, reporter in ipairs(reporters) do
		for call in text:gmatch("%f[%w_]" .. reporter .. "(%b())") do
			local message = message_of(call)
			if #message > 2 and not unreachable[message] then
				found = found + 1
				if not is_shown(message) then
					missing = missing + 1
					print(("%s: no golden file shows: %s"):format(path, message))
				end
			end
		end
	end
end
print(("%d messages, %d without a golden file"):format(found, missing))
os.exit(missing == 0 and found > 50)
