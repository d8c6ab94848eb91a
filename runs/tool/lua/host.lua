-- SPDX-License-Identifier: MIT
-- Host: programs of the development machine, run so that what the target did can be compared
-- with what they do.
--
-- Each has the same surroundings on every machine: an environment of its own, the top of the tree
-- as directory, what it is given as input, and a limit of time.

local failure = require "failure"
local files = require "files"
local processes = require "processes"

local host = {}

local SECONDS_MAX = 30
local PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
local ENVIRONMENT = { "LC_ALL=C", "TZ=UTC", "HOME=/", "PATH=" .. PATH }
local NOT_FOUND = 127 -- what env(1) answers

local function first_lines(output)
	local lines = {}
	for line in output:gmatch("[^\n]+") do
		lines[#lines + 1] = #lines < 5 and "  " .. line or nil
	end
	return lines
end

-- Whether there is such a program.
function host.has(name)
	for directory in PATH:gmatch("[^:]+") do
		if files.size(directory .. "/" .. name) then
			return true
		end
	end
	return false
end

-- Answers what the program has written; anything but success is thrown.
function host.run(arguments, input, place)
	local list = { "env", "-i" }
	table.move(ENVIRONMENT, 1, #ENVIRONMENT, #list + 1, list)
	table.move(arguments, 1, #arguments, #list + 1, list)
	local status, output, truncated = processes.run(list, { input = input, seconds = SECONDS_MAX })
	local name = arguments[1]
	if not status and processes.interrupted() then
		failure.throw("interrupt", "interrupted", place)
	elseif not status then
		failure.throw("host", ("host: '%s': %s"):format(name, output), place)
	elseif status == NOT_FOUND then
		failure.throw("missing", ("host: there is no program '%s'"):format(name), place)
	elseif status ~= 0 then
		failure.throw("host", ("host: '%s' ended with %s %d"):format(name,
			status < 256 and "status" or "signal", status % 256), place, first_lines(output))
	elseif truncated then
		failure.throw("host", ("host: '%s' wrote more than can be compared"):format(name), place)
	end
	return output
end

return host
