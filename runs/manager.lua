-- SPDX-License-Identifier: MIT
-- An init that is managed by one of its own children: the manager watches the init's state report, and when a
-- sibling has used up its budget it rewrites the policy, which a report_rom outside turns into the ROM that the
-- init is configured with. What does not change in the policy, the manager itself first of all, lives on.

local template = [[
return policy {
	version = @VERSION@,
	report = { delay = "1ms", sample = "5ms" },
	default_route = { any_service { parent } },
	include "managed.lua",
	component "eats" { binary = "budget_test", ram = "@RAM@K", caps = 60 },
}]]

local function filled(version, ram)
	return (template:gsub("@%u+@", { ["@VERSION@"] = version, ["@RAM@"] = ram }))
end

local managed = ([[
return {
	component "manager" {
		ram = "512K", caps = 80,
		config = { child = "eats", policy = %q, ram_kib = 256, ram_kib_max = 512 },
		route = { service "ROM" { label = "state", init }, any_service { parent } },
	},
	component "ticker" { ram = "256K", caps = 40, config = { ticks = 100, period_ms = 1 } },
}]]):format(template)

boot {
	files = { ["managed.lua"] = { text = managed } },
	binaries = { "manager", "budget_test", "ticker" },
	component "report_rom" {
		ram = "512K", caps = 80, provides = { "ROM", "Report" },
		config = { roms = { { name = "policy", report = "inner -> manager -> policy", content = filled(1, 256) } } },
	},
	component "inner" {
		binary = "init", ram = "16M", caps = 1500, config_rom = "policy",
		route = {
			service "ROM" { label_last = "policy", child "report_rom" },
			service "Report" { child "report_rom" },
			any_service { parent },
		},
	},
}
never "FAILED"

happened "configured" { "inner", version = 1 }
expect "[init -> inner -> manager] eats gets 512 KiB"
happened "configured" { "inner", version = 2 }
expect "[init -> inner -> eats] has more:"
exited { "inner -> eats", code = 0 }
exited { "inner -> ticker", code = 0 }

local state = report "inner"
assert(state.version == 2 and state.children.eats.budget.ram == 512 << 10)
assert(state.children.manager.lives == 1 and state.children.ticker.lives == 1 and state.children.eats.lives == 1)
