-- SPDX-License-Identifier: MIT
-- An account that gets a page, or a capability, more each time: all that a component costs is made until the budget
-- ends. Wherever it ends, the refusal says which budget it was, and all comes back with the account. Then real
-- children with a little more each time: started or refused, and killed, they cost their parent nothing.
local function trying(name, step)
	return component(name) {
		binary = "teardown_parent", ram = "4M", caps = 400, config = step,
		route = { service "Echo" { child "echo" }, any_service { parent } },
	}
end

boot {
	component "scarcity_test" { ram = "2M", caps = 120 },
	component "echo" {
		binary = "echo_server", ram = "1M", caps = 200, provides = { "Echo" }, config = { quiet = true },
	},
	trying("by_ram", { rounds = 120, ram_step = 2048 }),
	trying("by_caps", { rounds = 100, caps_step = 1 }),
	binaries = { "teardown_child" },
}
never "FAILED"
expect { from = "scarcity_test", pattern = "all (%d+) checks hold" }
expect { text = "all 7 checks hold", count = 2 }
exited { "scarcity_test", code = 0 }
exited { "by_ram", code = 0 }
exited { "by_caps", code = 0 }
