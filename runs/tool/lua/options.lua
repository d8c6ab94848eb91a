-- SPDX-License-Identifier: MIT
-- Options: takes a command's arguments apart.
--
-- A specification maps each option's long name to { "flag" | "value" | "number",
-- help, short = letter }. `--name=value` and `--name value` are the same.

local failure = require "failure"
local sorted = require "sorted"
local suggestion = require "suggestion"

local options = {}

local function usage_text(command, arguments, specification)
	local lines = { ("usage: capos %s %s"):format(command, arguments), "" }
	for _, name in ipairs(sorted(specification)) do
		local option = specification[name]
		local form = option.short and ("-%s, --%s"):format(option.short, name) or "--" .. name
		form = form .. (option[1] == "flag" and "" or option[1] == "number" and " N" or " X")
		lines[#lines + 1] = ("  %-24s%s"):format(form, option[2])
	end
	return table.concat(lines, "\n")
end

local function find(specification, argument)
	local long, value = argument:match("^%-%-([^=]+)=?(.*)$")
	if long then
		return specification[long] and long, argument:find("=", 1, true) and value
	end
	for name, option in pairs(specification) do
		if option.short and argument:sub(2, 2) == option.short then
			local rest = argument:sub(3)
			return name, rest ~= "" and rest
		end
	end
end

local function unknown(specification, argument)
	local name = suggestion.nearest(argument:gsub("^%-+", ""):gsub("=.*", ""), specification)
	failure.throw("usage", ("unknown option %s%s"):format(argument,
		name and (" (did you mean --%s?)"):format(name) or ""))
end

local function converted(kind, name, value)
	if kind ~= "number" then
		return value
	end
	local number = tonumber(value)
	if not number or number < 0 then
		failure.throw("usage", ("--%s wants a number, not '%s'"):format(name, value))
	end
	return number
end

-- Answers the options by name and the list of the other arguments; nil when help was asked for.
function options.parse(command, usage, specification, arguments)
	local found, rest = {}, {}
	local position = 1
	while position <= #arguments do
		local argument = arguments[position]
		position = position + 1
		if argument == "--help" or argument == "-h" then
			print(usage_text(command, usage, specification))
			return nil
		elseif argument:sub(1, 1) ~= "-" or argument == "-" then
			rest[#rest + 1] = argument
		else
			local name, value = find(specification, argument)
			if not name then
				unknown(specification, argument)
			end
			local kind = specification[name][1]
			if kind == "flag" then
				if value then
					failure.throw("usage", ("--%s takes no value"):format(name))
				end
				value = true
			elseif not value then
				value = arguments[position]
				position = position + 1
				if not value then
					failure.throw("usage", ("--%s wants a value"):format(name))
				end
			end
			found[name] = converted(kind, name, value)
		end
	end
	return found, rest
end

-- Runs a command's body; failures become one line (and their details) and an exit status.
function options.guarded(command, body)
	return function(arguments)
		local ok, result = xpcall(body, function(problem)
			return failure.caught(problem) and problem or debug.traceback(tostring(problem), 2)
		end, arguments)
		if ok then
			return result or 0
		elseif not failure.caught(result) then
			error(result, 0)
		end
		io.stderr:write(("capos %s: %s\n"):format(command, tostring(result)))
		for _, line in ipairs(result.details) do
			io.stderr:write("  ", line, "\n")
		end
		return failure.status[result.kind]
	end
end

return options
