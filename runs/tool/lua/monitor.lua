-- SPDX-License-Identifier: MIT
-- Monitor: what QEMU itself is asked to do to its machine, in QMP: a line of JSON for a line of JSON.
--
-- The guest notices nothing of it. What QEMU says unasked is passed over.

local files = require "files"
local json = require "json"
local processes = require "processes"

local monitor = {}
monitor.__index = monitor

local PATIENCE_MS = 20000

function monitor.new(machine)
	return setmetatable({ machine = machine }, monitor)
end

-- The answer to `command`; nil and why there is none.
local function ask(machine, command)
	local deadline = files.now() + PATIENCE_MS
	local line = machine:ask(PATIENCE_MS, command)
	while line ~= false and files.now() < deadline and not processes.interrupted() do
		if line and line:find('^{"return"') then
			return line
		elseif line and line:find('^{"error"') then
			return nil, line:match('"desc": "(.-)"}') or line
		end
		line = machine:ask(math.max(0, deadline - files.now()))
	end
	return nil, line == false and "QEMU has ended" or "QEMU does not answer"
end

-- Answers true, or nil and why not.
function monitor:execute(command, arguments)
	if not self.greeted then
		local ok, problem = ask(self.machine, '{ "execute": "qmp_capabilities" }\n')
		if not ok then
			return nil, problem
		end
		self.greeted = true
	end
	local answer, problem = ask(self.machine, json.encode { execute = command, arguments = arguments })
	return answer and true, problem
end

return monitor
