-- SPDX-License-Identifier: MIT
-- Words: all that a run script sees. It composes with the words of a policy and
-- judges with those below; it has no files, no clock and no other door to the host than the
-- word `host`, which runs a program whose output is compared.

local composition = require "composition"
local difference = require "difference"
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

-- Several of them, for `expect_any` and `expect_all`, with one limit for all.
local function wanted_list_from(word, given, place)
	if type(given) ~= "table" or #given == 0 then
		failure.throw("script", word .. " wants a list of texts or tables", place)
	end
	local fields, list = { within = "number" }, {}
	for i, item in ipairs(given) do
		fields[i] = type(item)
		list[i] = wanted_from(word, item, place)
		if list[i].count or list[i].within then
			failure.throw("script", word .. ": 'count' is not for one of several, 'within' is for all", place)
		end
	end
	check_table(word, given, fields, place)
	return list, given.within
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

-- The command of `host`: its words in order, and what it reads.
local function command_from(given, place)
	local arguments = {}
	if type(given) ~= "table" then
		failure.throw("script", 'host wants a table such as { "sort", input = "…" }', place)
	end
	for i, argument in ipairs(given) do
		if type(argument) ~= "string" then
			failure.throw("script", ("host: argument %d is a %s, wanted a string"):format(i,
				type(argument)), place)
		end
		arguments[i] = argument
	end
	if #arguments == 0 then
		failure.throw("script", "host does not say which program", place)
	end
	local others = {}
	for name, value in pairs(given) do
		others[name] = not arguments[name] and value or nil
	end
	check_table("host", others, { input = "string" }, place)
	return arguments, given.input
end

-- session: boot(table, place, plan, messages), judge(place) -> the judge, once the machine
-- runs, step(name), host(arguments, input, place), print(…).
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

	-- Which one came first, and what it captured.
	function scenario.expect_any(given)
		local place = here()
		local wanted, within = wanted_list_from("expect_any", given, place)
		local index, match = session:judge(place):expect_any(wanted, within, place)
		return index, table.unpack(match, 1, match.n)
	end

	function scenario.expect_all(given)
		local place = here()
		local wanted, within = wanted_list_from("expect_all", given, place)
		return session:judge(place):expect_all(wanted, within, place)
	end

	-- What follows is this part of the scenario, until the next step.
	function scenario.step(name)
		local place = here()
		if type(name) ~= "string" or name == "" or name:find("\n", 1, true) then
			failure.throw("script", "step wants a name, in one line", place)
		end
		session:step(name)
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

	-- Any event by its kind; the values of the detail are texts.
	function scenario.happened(kind)
		local place = here()
		if type(kind) ~= "string" then
			failure.throw("script", 'happened wants a kind, as in happened "parked" { "hello" }', place)
		end
		return function(given)
			if type(given) == "string" then
				given = { given }
			end
			local subject, values = given[1], {}
			for name, value in pairs(given) do
				if name ~= 1 then
					values[name] = value
				end
			end
			return session:judge(place):await(kind, subject, values, place)
		end
	end

	function scenario.refused(given)
		local place = here()
		local subject = event_from("refused", given, {}, place)
		return session:judge(place):await("refused", subject, {}, place)
	end

	function scenario.log(name)
		local place = here()
		if type(name) ~= "string" then
			failure.throw("script", "log wants the name of a component", place)
		end
		return session:judge(place):written(label.full(name))
	end

	function scenario.host(given)
		local place = here()
		local arguments, input = command_from(given, place)
		return session:host(arguments, input, place)
	end

	function scenario.identical(given)
		local place = here()
		local got, wanted = given[1], given[2]
		if type(got) ~= "string" or type(wanted) ~= "string" then
			failure.throw("script", "identical wants two texts: what came, and what was to come", place)
		end
		local number, details = difference.of(got, wanted)
		if number then
			failure.throw("mismatch", ("the texts differ from line %d on"):format(number), place, details)
		end
		return got
	end

	-- What an init says of itself and its children now, as a table (state_report.capnp).
	function scenario.report(name)
		local place = here()
		if name ~= nil and type(name) ~= "string" then
			failure.throw("script", 'report wants the name of an init, or nothing for the first one', place)
		end
		return session:state_of(label.full(name or "init"), place)
	end

	function scenario.figure(id, value, unit)
		local place = here()
		if type(id) ~= "string" or not id:find("^[%w_.]+$") or math.type(tonumber(value)) == nil
			or type(unit) ~= "string" then
			failure.throw("script", "figure wants an id, a number and a unit", place)
		end
		session:figure(id, tonumber(value), unit, place)
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

-- Evaluates the script as far as its boot, which calls on_boot(boot, place, plan, messages);
-- programs of the host are not run. Answers the failure that ended it before, if any.
function words.run_to_boot(path, build, on_boot)
	local stub, booted = { build = build, print = function() end, step = function() end,
		host = function() return "" end }
	function stub.judge(_, place)
		failure.throw("script", "this word stands before boot", place)
	end
	function stub.boot(_, ...)
		on_boot(...)
		booted = true
		failure.throw("skip", "that was boot")
	end
	local ok, problem = pcall(words.run, stub, path)
	if ok then
		return failure.new("script", "the script never calls boot", path)
	end
	return not booted and problem or nil
end

-- What a scenario's boot says about itself (loaders, tags). Of a script with errors nothing is
-- known; they are reported when it runs.
function words.inspect(path)
	local found = { loaders = { "qemu" }, tags = {} }
	words.run_to_boot(path, "build", function(boot, place)
		local own = composition.split(boot, place)
		found.loaders, found.tags = own.loaders, own.tags or {}
	end)
	return found
end

return words
