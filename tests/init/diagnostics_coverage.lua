-- SPDX-License-Identifier: MIT
-- Every message in the policy code is shown by a golden file: lists those of which none is. Arguments: the
-- golden files, "--", the sources. A message is a text with a blank in it, whoever prints it: a new way to
-- report something cannot be forgotten here.

-- Messages that no policy and no request can bring about, and texts that are none.
local others = {
	["out of memory"] = "an allocation has failed",
	["not enough memory"] = "Lua's own words, replaced by ours",
	["the error is no text"] = "an error value is described where it is raised",
	["a policy has %d files at most"] = "deeper than includes may nest",
	["no such global"] = "a name that is no text cannot be written",
	["globals cannot be set"] = "likewise",
	["returned %s, which its choose does not declare"] = "said to a session request: runs/choose.lua",
	["a function needs the policy's source to decide"] = "choose in a binary plan is refused before",
	[", did you mean"] = "looked for, ours stands in its place",
	["-+ #0123456789."] = "what a format may have",
	["served by a child"] = "explain says which",
	["denied: several children provide the service"] = "such a policy is refused: any_child is ambiguous",
	["%.160s:%u: %s"] = "made of others",
	["%.*s: %s"] = "made of others",
	["%s%s%.63s%s: service '%.63s'"] = "made of others",
	["%s%s%.63s%s: any_service"] = "made of others",
	["%s: %s"] = "made of others",
	["%s:%u: %s: %s"] = "made of others",
	["component "] = "made of others",
	[" -> "] = "joins a label",
	["%s %s"] = "made of others",
}

local function read(path)
	local file <close> = assert(io.open(path, "rb"))
	return file:read("a")
end

-- The string literals of a source, adjacent ones joined; preprocessor lines and comments are left out.
local function literals_of(text)
	text = text:gsub("/%*.-%*/", " "):gsub("\n%s*#[^\n]*", "\n"):gsub("^%s*#[^\n]*", "")
	text = text:gsub('PLAN_STATE_ROM', '"state"'):gsub("'\"'", "' '")
	local literals, at, finish_before = {}, 1, nil
	while true do
		local start = text:find('"', at, true)
		if not start then
			return literals
		end
		local finish = start
		repeat
			finish = assert(text:find('["\\]', finish + 1))
			local escape = text:sub(finish, finish) == "\\"
			finish = escape and finish + 1 or finish
		until not escape
		local literal = text:sub(start + 1, finish - 1):gsub("\\(.)", "%1")
		if finish_before and text:sub(finish_before + 1, start - 1):find("^%s*$") then
			literals[#literals] = literals[#literals] .. literal
		else
			literals[#literals + 1] = literal
		end
		at, finish_before = finish + 1, finish
	end
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

local missing, found, unused = 0, 0, {}
for text in pairs(others) do
	unused[text] = true
end
for _, path in ipairs(sources) do
	for _, message in ipairs(literals_of(read(path))) do
		if others[message] then
			unused[message] = nil
		elseif message:find "%S %S" or message:find "^ %l" then
			found = found + 1
			if not is_shown(message) then
				missing = missing + 1
				print(("%s: no golden file shows: %s"):format(path, message))
			end
		end
	end
end
for text in pairs(unused) do
	missing = missing + 1
	print("no message any more: " .. text)
end
print(("%d messages, %d without a golden file"):format(found, missing))
os.exit(missing == 0 and found > 100)
