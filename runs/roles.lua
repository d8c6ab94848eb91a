-- SPDX-License-Identifier: MIT
-- What a policy says beside components and rules: names for roles, which another policy gives to others; the CPUs a
-- component is meant for; and what stays with init, whatever its children ask for.

local function policy_of(version, backend, affinity)
	return ([[
return policy {
	version = %d,
	aliases = { backend = %q },
	affinity_space = { width = 2, height = 1 },
	default_route = { any_service { parent } },
	component "left" { binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" }, config = { name = "left" } },
	component "right" { binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" }, config = { name = "right" } },
	component "follows" {
		binary = "echo_client", ram = "512K", caps = 60, affinity = { x = %d },
		route = { service "Echo" { lost = "reconnect", child "backend" }, any_service { parent } },
		config = { steps = {
			{ action = "open", session = "a" }, { action = "add", session = "a", value = 1, sum = 1 },
			{ action = "pause", value = 40 }, { action = "add", session = "a", value = 1, status = "gone" },
			{ action = "reconnect", session = "a" }, { action = "add", session = "a", value = 5, sum = 5 },
			{ action = "close", session = "a" },
		} },
	},
	component "chooses" {
		binary = "session_client", ram = "256K", caps = 40, config = { wishes = { { label = "x", server = %q, seen = "chooses -> x" } } },
		route = { service "Echo" { choose { child "backend", by = function() return child "backend" end } },
			any_service { parent } },
	},
}]]):format(version, backend, affinity, backend)
end

-- a client whose server wants more than the client's plan has left: it asks its init, which has the more and gives it, or keeps it
local function asks(status, reserve)
	return policy {
		reserve = reserve,
		component "greedy" {
			binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" },
			config = { name = "greedy", session_ram = "3M" }, route = { service "LOG" { parent } },
		},
		component "asks" {
			binary = "echo_client", ram = "3512K", caps = 60, config = { steps = { { action = "open", session = "a", status = status } } },
			route = { service "Echo" { child "greedy" }, any_service { parent } },
		},
	}
end

boot {
	binaries = { "echo_server", "echo_client", "session_client", "hello" },
	component "policies" {
		binary = "dynamic_rom", ram = "512K", caps = 60, provides = { "ROM" },
		config = { roms = { { name = "policy", steps = {
			{ content = policy_of(1, "left", 0) }, { content = policy_of(2, "right", 1), after_ms = 20 },
		} } } },
	},
	component "inner" {
		binary = "init", ram = "8M", caps = 1500, config_rom = "policy",
		route = { service "ROM" { label_last = "policy", child "policies" }, any_service { parent } },
	},
	component "gives" { binary = "init", ram = "16M", caps = 500, route = { any_service { parent } }, config = asks "ok" },
	component "keeps" {
		binary = "init", ram = "16M", caps = 500, route = { any_service { parent } },
		config = asks("out of RAM", { ram = "10M", caps = 50 }),
	},
	component "unknown" {
		binary = "init", ram = "2M", caps = 300, route = { any_service { parent } },
		config = { policy = "unknown.lua" },
	},
	files = { ["unknown.lua"] = { text = [[return policy {
	component "hello" { ram = "256K", caps = 30, affinity = { x = 1 }, route = { service "LOG" { parent } } },
}]] } },
}
never "FAILED"

step "an affinity without CPUs to choose from is a warning"
expect "[init -> unknown] unknown.lua:2: warning: component 'hello': affinity has no effect, the policy has no affinity_space"
exited { "unknown -> hello", code = 0 }

step "a role, and who plays it"
happened "configured" { "inner", version = 1 }
exited { "inner -> chooses", code = 0 }

step "another one plays it: only those who used it are concerned"
happened "configured" { "inner", version = 2 }
expect { from = "inner -> right", text = 'closes "follows -> a", sum 5' }
exited { "inner -> follows", code = 0 }
local after = report("inner").children
assert(after.follows.affinity.x == 1 and after.follows.affinity.width == 1 and after.follows.lives == 1)
assert(after.left.lives == 1 and after.right.lives == 1 and not after.left.affinity)

step "what an init has is its children's to ask for, but for the reserve"
exited { "gives -> asks", code = 0 }
happened "short" { "keeps -> asks", caps = 0 }
exited { "keeps -> asks", code = 0 }
