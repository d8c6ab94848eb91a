-- SPDX-License-Identifier: MIT
-- A policy of a hundred children: evaluated, validated and compared with another; and applied anew, by an init that
-- has it in force already, which must not touch anything.
local source = [[
local function worker(number)
	return component("worker" .. number) {
		binary = "config_watcher", ram = "128K", caps = 40,
		config = "number " .. number .. (number %% %d == 0 and "" or " of a hundred"),
		provides = number %% 10 == 0 and { "Echo" } or {},
		route = {
			number %% 10 == 0 and {} or service "Echo" { label_prefix = "near", child("worker" .. number // 10 * 10 + 10) },
			service "ROM" { label = "number " .. number, parent { label = "numbers" } },
			any_service { parent },
		},
	}
end

local all = {}
for number = 1, 100 do
	all[number] = worker(number)
end
return policy { version = 1, all, default_route = { any_service { parent } } }
--]]

boot {
	machine = { ram = "128M" },
	files = { old = { text = source:format(1) }, new = { text = source:format(7) } },
	binaries = { "config_watcher" },
	component "policy_bench" {
		ram = "12M", caps = 200, provides = { "ROM" }, priority = 10,
		route = { service "LOG" { parent }, service "ROM" { parent } },
	},
	component "inner" {
		binary = "init", ram = "48M", caps = 8000, config_rom = "policy",
		route = { service "ROM" { label = "policy", child "policy_bench" }, any_service { parent } },
	},
}
never "FAILED"
expect "86 children differ"
happened "configured" { "inner", version = 1 }
exited { "policy_bench", code = 0 }
local children = report("inner").children
assert(#children == 100)
for _, child in ipairs(children) do
	assert(child.state == "running" and child.lives == 1 and child.opened == children[1].opened, child.name)
end
