-- SPDX-License-Identifier: MIT
-- verdict: pass
-- says: [init -> log_server] [hello] good morning
--| e boot
--| e ready
--| c [init -> log_server] [hello] good morning
--| e event faulted init -> hello|kind=x
--| w
--| e finished PASS
--| x 16
boot {
	files = { play = "tests/runs/tool/scenarios/policy.lua" },
	component "log_server" { ram = "512K", caps = 40, provides = { "LOG" } },
	component "hello" {
		ram = "256K", caps = 20, may_fault = true,
		route = { service "LOG" { child "log_server" } },
	},
}
expect { from = "hello", text = "good morning" }
faulted "hello"
