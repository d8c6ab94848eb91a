-- SPDX-License-Identifier: MIT
-- Words: all that a run script sees. It composes with the words of a policy and
-- judges with those below; it has no files, no clock and no other door to the host.

local composition = require "composition"
local failure = require "failure"
local label = require "label"
local policy_words = require "policy_words"
local suggestion = require "suggestion"

local words = {}

-- No pcall: a failed judgement is final. No chance: a scenario does the same each time.
local functions = { "assert", "error", "ipairs", "next", "pairs", "select", "tonumber",
	"tostring", "type" }
local modules = { "math", "string", "table", "utf8" }
local left_out = { random = true, randomseed = true }

local function copy_of(module)
	local copy = {}
	for name, value in pairs(module) do
		copy[name] = not left_out[name] and value or nil
	end
	return copy
end

-- Where in the scenario the word stands that is being carried out.
local function place_in(path)
	for level = 3, 100 do
		local info = debug.getinfo(level, "Sl")
		if not info then
			return path
		elseif info.source == "@" .. path then
			return ("%s:%d"):format(path, info.currentline)
		end
	end
end

local function check_table(word, given, fields, place)
	for name, value in pairs(given) do
		local wanted = fields[name]
		if not wanted then
			local nearest = suggestion.nearest(tostring(name), fields)
			failure.throw("script", ("%s: unknown field '%s'%s"):format(word, tostring(name),
				nearest and (" (did you mean '%s'?)"):format(nearest) or ""), place)
		elseif type(value) ~= wanted then
			failure.throw("script", ("%s: '%s' is a %s, wanted a %s"):format(word, tostring(name),
				type(value), wanted), place)
		end
	end
end

local text_fields = { from = "string", pattern = "string", text = "string", count = "number",
	within = "number" }

-- Lua finds an error in a pattern only where it gets to it: so it is tried on what it is made of.
local function pattern_problem(pattern)
	for _, text in ipairs { "", pattern, (pattern:gsub("%%?%p", "")) } do
		local ok, problem = pcall(string.find, text, pattern)
		if not ok then
			return problem
		end
	end
end

-- What `expect` and `never` look for: a plain text, or a table with a text or a pattern.
local function wanted_from(word, given, place)
	if type(given) == "string" then
		given = { text = given }
	elseif type(given) ~= "table" then
		failure.throw("script", word .. " wants a text or a table", place)
	end
	check_table(word, given, text_fields, place)
	local content = given.text or given.pattern
	if not content or given.text and given.pattern then
		failure.throw("script", word .. " wants either a text or a pattern", place)
	elseif content == "" or content:find("\n", 1, true) then
		failure.throw("script", word .. " looks at one line, its text is none or several", place)
	elseif given.count and (given.count < 1 or given.count % 1 ~= 0) then
		failure.throw("script", word .. ": 'count' is a whole number from 1", place)
	end
	local problem = given.pattern and pattern_problem(given.pattern)
	if problem then
		failure.throw("script", ("%s: %s"):format(word, problem), place)
	end
	return {
		text = given.text,
		pattern = given.pattern,
		from = given.from and label.full(given.from),
		count = given.count,
		within = given.within,
		place = place,
		shown = ('"%s"%s'):format(content, given.from and (" from %s"):format(given.from) or ""),
	}
end

local function event_from(word, given, fields, place)
	if type(given) == "string" then
		given = { given }
	elseif type(given) ~= "table" then
		failure.throw("script", word .. ' wants a table such as { "hello" }', place)
	end
	fields[1] = "string"
	check_table(word, given, fields, place)
	if not given[1] then
		failure.throw("script", word .. " does not say which component", place)
	end
	local values = {}
	for name, value in pairs(given) do
		if name ~= 1 then
			values[name] = value
		end
	end
	return given[1], values
end

-- session: boot(table, place, plan, messages), judge(place) -> the judge, once the machine
-- runs, print(…).
local function judging_words(session, here)
	local scenario = {}

	scenario.boot = policy_words.boot(composition.own_field_names(), function(boot, plan, messages)
		session:boot(boot, here(), plan, messages)
	end)

	function scenario.expect(given)
		local place = here()
		local wanted = wanted_from("expect", given, place)
		local matches = session:judge(place):expect(wanted)
		if wanted.count then
			return matches
		end
		return table.unpack(matches[1], 1, matches[1].n)
	end

	function scenario.never(given)
		local place = here()
		session:judge(place):never(wanted_from("never", given, place))
	end

	function scenario.exited(given)
		local place = here()
		local subject, values = event_from("exited", given, { code = "number" }, place)
		return session:judge(place):await("exited", subject, values, place)
	end

	function scenario.faulted(given)
		local place = here()
		local subject, values = event_from("faulted", given,
			{ kind = "string", address = "number", ip = "number" }, place)
		return session:judge(place):await("faulted", subject, values, place)
	end

	function scenario.print(...)
		session:print(...)
	end

	function scenario.skip(why)
		failure.throw("skip", tostring(why or "no reason given"), here())
	end

	return scenario
end

-- The environment for the script at `path`; names it does not know are errors.
local function environment(session, path, text)
	local known = {}
	for _, name in ipairs(functions) do
		known[name] = _G[name]
	end
	for _, name in ipairs(modules) do
		known[name] = copy_of(_G[name])
	end
	for name, word in pairs(policy_words.open(session.build, path, text)) do
		known[name] = word
	end
	local function here()
		return place_in(path)
	end
	for name, word in pairs(judging_words(session, here)) do
		known[name] = word
	end

	return setmetatable({}, {
		__index = function(_, name)
			if known[name] == nil then
				local nearest = suggestion.nearest(tostring(name), known)
				failure.throw("script", ("unknown word '%s'%s"):format(tostring(name),
					nearest and (" (did you mean '%s'?)"):format(nearest) or ""), place_in(path))
			end
			return known[name]
		end,
		__newindex = function(_, name)
			failure.throw("script", ("'%s' is not declared: write `local %s`"):format(name, name),
				place_in(path))
		end,
	})
end

-- A Lua error as a failure; called where it was raised. One in the tool's own code is a fault
-- of ours, for which the reader needs more.
local function as_failure(path, message)
	local located = message:find(path, 1, true) == 1
	local ours = message:find("^runs/tool/lua/")
	return failure.new("script", message, not located and place_in(path) or nil,
		ours and { debug.traceback("", 3) } or nil)
end

-- Runs the script; whatever goes wrong is thrown as a failure.
function words.run(session, path)
	local file = io.open(path, "rb")
	local text = file and file:read("a")
	if not text then
		failure.throw("missing", path .. ": cannot be read")
	end
	file:close()
	local chunk, problem = load(text, "@" .. path, "t", environment(session, path, text))
	if not chunk then
		failure.throw("script", problem)
	end
	local ok, thrown = xpcall(chunk, function(cause)
		return failure.caught(cause) and cause or as_failure(path, tostring(cause))
	end)
	if not ok then
		error(thrown, 0)
	end
end

-- What a scenario's boot says about itself (loaders, tags), found by evaluating the script
-- up to there. Of a script with errors nothing is known; they are reported when it runs.
function words.inspect(path)
	local found = { loaders = { "qemu" }, tags = {} }
	local function stop()
		failure.throw("skip", "inspected")
	end
	local stub = { build = "build", judge = stop, print = function() end }
	function stub.boot(_, boot, place)
		local own = composition.split(boot, place)
		found.loaders, found.tags = own.loaders, own.tags or {}
		stop()
	end
	pcall(words.run, stub, path)
	return found
end

return words
