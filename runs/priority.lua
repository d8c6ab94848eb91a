-- SPDX-License-Identifier: MIT
-- Priorities count downwards from that of the parent, level by level: whoever is busy holds up those below, and
-- nobody else. The order of the lines is that of urgency, not of the start, nor of who takes how long.
local function spinner(name, ms, priority)
	return component(name) {
		binary = "spinner", ram = "256K", caps = 30, priority = priority, config = { ms = ms },
		route = { service "LOG" { parent } },
	}
end

boot {
	spinner("last", 1, 255), -- far beyond what there is: the lowest
	spinner("low", 1, 40),
	component "inner" {
		binary = "init", ram = "4M", caps = 300, priority = 10,
		config = policy { spinner("first", 8), spinner("second", 1, 20) },
		route = { any_service { parent } },
	},
	spinner("between", 8, 20),
	spinner("high", 20),
}
expect "[init -> high] has been busy"
expect "[init -> inner -> first] has been busy"
expect "[init -> between] has been busy"
expect "[init -> inner -> second] has been busy"
expect "[init -> low] has been busy"
expect "[init -> last] has been busy"
