-- SPDX-License-Identifier: MIT
-- Wanted: the arguments of a run script's words, checked: what to look for, which event, which command.
-- What is wrong with them is told with the line of the script.

local failure = require "failure"
local label = require "label"
local suggestion = require "suggestion"

local wanted = {}

-- Refuses a table with a field that is not among `fields` (name -> type).
function wanted.fields(word, given, fields, place)
	for name, value in pairs(given) do
		local kind = fields[name]
		if not kind then
			local nearest = suggestion.nearest(tostring(name), fields)
			failure.throw("script", ("%s: unknown field '%s'%s"):format(word, tostring(name),
				nearest and (" (did you mean '%s'?)"):format(nearest) or ""), place)
		elseif type(value) ~= kind then
			failure.throw("script", ("%s: '%s' is a %s, wanted a %s"):format(word, tostring(name),
				type(value), kind), place)
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
function wanted.text(word, given, place)
	if type(given) == "string" then
		given = { text = given }
	elseif type(given) ~= "table" then
		failure.throw("script", word .. " wants a text or a table", place)
	end
	wanted.fields(word, given, text_fields, place)
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
function wanted.list(word, given, place)
	if type(given) ~= "table" or #given == 0 then
		failure.throw("script", word .. " wants a list of texts or tables", place)
	end
	local fields, list = { within = "number" }, {}
	for i, item in ipairs(given) do
		fields[i] = type(item)
		list[i] = wanted.text(word, item, place)
		if list[i].count or list[i].within then
			failure.throw("script", word .. ": 'count' is not for one of several, 'within' is for all", place)
		end
	end
	wanted.fields(word, given, fields, place)
	return list, given.within
end

function wanted.event(word, given, fields, place)
	if type(given) == "string" then
		given = { given }
	elseif type(given) ~= "table" then
		failure.throw("script", word .. ' wants a table such as { "hello" }', place)
	end
	fields[1] = "string"
	wanted.fields(word, given, fields, place)
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

-- What a parent can do to its child (init/child/injection.h); true: the child faults of it.
local faults = { null_write = true, divide = true, hang = false, kill = false, hoard = false }

function wanted.fault(given, place)
	local subject, values = wanted.event("inject", given, { fault = "string" }, place)
	local fault = values.fault
	if faults[fault] == nil then
		local nearest = fault and suggestion.nearest(fault, faults)
		failure.throw("script", ("inject: %s%s"):format(fault and ("no fault '%s'"):format(fault)
			or 'which fault? inject { "server", fault = "null_write" }',
			nearest and (" (did you mean '%s'?)"):format(nearest) or ""), place)
	end
	return { subject = subject, fault = fault, faults = faults[fault] }
end

-- A session by its client, and what the client asked for it with.
function wanted.session(given, place)
	local subject, values = wanted.event("drop", given, { service = "string", label = "string" }, place)
	if not values.service then
		failure.throw("script", 'drop: which session? drop { "client", service = "LOG", label = "" }', place)
	end
	return { subject = subject, fault = "drop", service = values.service, label = values.label }
end

-- The command of `host`: its words in order, and what it reads.
function wanted.command(given, place)
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
	wanted.fields("host", others, { input = "string" }, place)
	return arguments, given.input
end

return wanted
