-- SPDX-License-Identifier: MIT
-- capos latency: the longest way through the kernel with interrupts off, scenario by scenario, of
-- the last `capos test --count=kernel`.
--
-- None may be longer than the limit `kernel.stretch` in limits.json. Boot and the closing audit, which walks
-- all there is when all has ended, are shown by themselves.

local counter = require "counter"
local failure = require "failure"
local json = require "json"
local options = require "options"
local scenarios = require "scenarios"

local specification = {
	build = { "value", "where the build is (build)" },
}

local LIMITS, LIMIT_ID = "runs/bench/limits.json", "kernel.stretch"

local entries = {
	syscall_entry = "system call", ["vector-7"] = "first vector use", ["vector-13"] = "protection fault",
	["vector-14"] = "page fault", ["vector-6"] = "invalid opcode",
}

local function entry_name(entry)
	local vector = tonumber(entry:match("^vector%-(%d+)$"))
	return entries[entry] or vector and (vector >= 32 and "interrupt " or "exception ") .. vector or entry
end

local function read_limit()
	local file <close> = io.open(LIMITS)
	return file and json.decode(file:read("a"))[LIMIT_ID] or math.huge
end

-- The last few functions on the way to where most is done.
local function innermost(functions)
	local names = {}
	for name in functions:gmatch("[^ >]+") do
		names[#names + 1] = name
	end
	return table.concat(names, " > ", math.max(1, #names - 3))
end

local form = "%-20s %9s %9s %9s  %-17s %s"

local function print_row(name, result)
	local longest, audit, boot = result.stretch, result.audit, result.boot
	print(form:format(name, longest.instructions, audit and audit.instructions or "",
		boot and boot.instructions or "", entry_name(longest.entry), innermost(longest.functions)))
end

local function results(build)
	local list = {}
	for _, job in ipairs(scenarios.jobs({ loader = "qemu" })) do
		local result = counter.require_run(build, job.name)
		if result.stretch then
			list[#list + 1] = { name = job.name, result = result }
		end
	end
	table.sort(list, function(a, b)
		local left, right = a.result.stretch.instructions, b.result.stretch.instructions
		return left ~= right and left > right or left == right and a.name < b.name
	end)
	return list
end

return options.guarded("latency", function(arguments)
	local found, rest = options.parse("latency", "", specification, arguments)
	if not found then
		return 0
	elseif #rest > 0 then
		failure.throw("usage", ("no argument '%s' is known"):format(rest[1]))
	end
	local limit, failures = read_limit(), {}
	print(form:format("scenario", "longest", "audit", "boot", "entered by", "on the way to"))
	for _, item in ipairs(results(found.build or "build")) do
		local longest = item.result.stretch
		print_row(item.name, item.result)
		if longest.instructions > limit then
			failures[#failures + 1] = ("%s: %d by %s"):format(item.name, longest.instructions, longest.functions)
		end
	end
	if #failures > 0 then
		local form_of_message = "%d scenarios have interrupts off for more than %d instructions"
		failure.throw("regression", form_of_message:format(#failures, limit), nil, failures)
	end
end)
