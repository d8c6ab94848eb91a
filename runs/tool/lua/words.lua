-- SPDX-License-Identifier: MIT
-- Words: all that a run script sees. It composes with the words of a policy and
-- judges with those below; it has no files, no clock and no other door to the host than the
-- word `host`, which runs a program whose output is compared.

local composition = require "composition"
local difference = require "difference"
local failure = require "failure"
local label = require "label"
local policy_words = require "policy_words"
local sample = require "sample"
local suggestion = require "suggestion"
local wanted = require "wanted"

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

-- Thrown where a person goes on instead of the script.
local ENOUGH = {}

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

-- session: boot(table, place, plan, messages), judge(place) -> the judge, once the machine
-- runs, step(name), note(text), host(arguments, input, place), has_program(name), print(…).
local function judging_words(session, here)
	local scenario = {}

	scenario.boot = policy_words.boot(composition.own_field_names(), function(boot, plan, messages)
		if session:boot(boot, here(), plan, messages) then
			error(ENOUGH, 0)
		end
	end)

	-- What somebody types at the machine's terminal.
	function scenario.send(text)
		local place = here()
		if type(text) ~= "string" or text == "" then
			failure.throw("script", 'send wants a text, as in send "ls\\n"', place)
		end
		session:type(text, place)
	end

	function scenario.expect(given)
		local place = here()
		local text = wanted.text("expect", given, place)
		local matches = session:judge(place):expect(text)
		if text.count then
			return matches
		end
		return table.unpack(matches[1], 1, matches[1].n)
	end

	-- Which one came first, and what it captured.
	function scenario.expect_any(given)
		local place = here()
		local texts, within = wanted.list("expect_any", given, place)
		local index, match = session:judge(place):expect_any(texts, within, place)
		return index, table.unpack(match, 1, match.n)
	end

	function scenario.expect_all(given)
		local place = here()
		local texts, within = wanted.list("expect_all", given, place)
		return session:judge(place):expect_all(texts, within, place)
	end

	-- Asks again whenever something was seen, until the function answers something; answers that.
	function scenario.eventually(what, attempt)
		local place = here()
		if type(what) ~= "string" or what == "" or type(attempt) ~= "function" then
			failure.throw("script", 'eventually wants what is to be, and a function: eventually("it is back", '
				.. "function() … end)", place)
		end
		return session:judge(place):eventually(what, attempt, place)
	end

	-- What must be true, in words; without it, the scenario fails.
	function scenario.check(...)
		local place = here()
		local condition, what = ...
		if select("#", ...) ~= 2 or type(what) ~= "string" or what == "" then
			failure.throw("script", 'check wants a condition and what it means: check(n < 9, "few enough")', place)
		elseif not condition then
			failure.throw("mismatch", "check: " .. what, place)
		end
		session:note("check " .. what)
	end

	-- Figures of one kind, to be judged together.
	function scenario.sample(name)
		local place = here()
		if type(name) ~= "string" or not name:find("^[%w_.]+$") then
			failure.throw("script", 'sample wants a name: local repair = sample "repair_ms"', place)
		end
		return sample.new(name, function(problem)
			failure.throw("script", problem, here())
		end)
	end

	-- A number that whoever runs the script may choose: `capos run … --set seed=7`.
	function scenario.setting(name, default)
		local place = here()
		if type(name) ~= "string" or not name:find("^%l[%w_]*$") or math.type(default) ~= "integer" then
			failure.throw("script", 'setting wants a name and a whole number: setting("seed", 1)', place)
		end
		return session:setting(name, default)
	end

	-- Programs of the development machine without which the scenario is left out.
	function scenario.needs(given)
		local place = here()
		local programs = type(given) == "string" and { given } or given
		if type(programs) ~= "table" or #programs == 0 then
			failure.throw("script", 'needs wants programs of this machine: needs { "curl" }', place)
		end
		for _, program in ipairs(programs) do
			if type(program) ~= "string" or not program:find("^[%w_.+-]+$") then
				failure.throw("script", "needs wants names of programs, without a path", place)
			elseif not session:has_program(program) then
				failure.throw("skip", ("needs '%s', which is not installed"):format(program), place)
			end
		end
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
		session:judge(place):never(wanted.text("never", given, place))
	end

	function scenario.exited(given)
		local place = here()
		local subject, values = wanted.event("exited", given, { code = "number" }, place)
		return session:judge(place):await("exited", subject, values, place)
	end

	function scenario.faulted(given)
		local place = here()
		local subject, values = wanted.event("faulted", given,
			{ kind = "string", address = "number", ip = "number", access = "string" }, place)
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
		local subject = wanted.event("refused", given, {}, place)
		return session:judge(place):await("refused", subject, {}, place)
	end

	-- Has the component's parent do something to it, and waits until that is done.
	function scenario.inject(given)
		local place = here()
		local order = wanted.fault(given, place)
		session:judge(place):inject(order, place)
		session:note(("inject %s|%s"):format(order.fault, order.subject))
	end

	-- Likewise for one of its sessions, which is closed under it.
	function scenario.drop(given)
		local place = here()
		local order = wanted.session(given, place)
		session:judge(place):inject(order, place)
		session:note(("drop %s %s|%s"):format(order.service, order.label or "", order.subject))
	end

	-- What is on the machine's screen now, as NAME.png in the directory of the run.
	function scenario.screenshot(name)
		local place = here()
		if type(name) ~= "string" or not name:find("^[%w_-]+$") then
			failure.throw("script", 'screenshot wants a name of letters and digits: screenshot "prompt"', place)
		end
		session:screenshot(name, place)
	end

	function scenario.power_cut()
		session:power_cut(here())
	end

	function scenario.reboot()
		session:reboot(here())
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
		local arguments, input = wanted.command(given, place)
		return session:host(arguments, input, place)
	end

	function scenario.identical(given)
		local place = here()
		local got, other = given[1], given[2]
		if type(got) ~= "string" or type(other) ~= "string" then
			failure.throw("script", "identical wants two texts: what came, and what was to come", place)
		end
		local number, details = difference.of(got, other)
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
		return (cause == ENOUGH or failure.caught(cause)) and cause or as_failure(path, tostring(cause))
	end)
	if not ok and thrown ~= ENOUGH then
		error(thrown, 0)
	end
end

-- Evaluates the script as far as its boot, which calls on_boot(boot, place, plan, messages);
-- programs of the host are not run. Answers the failure that ended it before, if any.
function words.run_to_boot(path, build, on_boot)
	local function nothing() end
	local stub, booted = { build = build, print = nothing, step = nothing, note = nothing,
		host = function() return "" end, has_program = function() return true end }
	function stub.setting(_, _, default)
		return default
	end
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
