-- SPDX-License-Identifier: MIT
-- verdict: pass
--| e boot
--| e ready
--| e event faulted init -> inner -> hello|kind=x
--| c [init -> inner -> log_server] [hello] good morning
--| w
--| e finished PASS
--| x 16
boot {
	files = { play = "tests/runs/tool/scenarios/nested_policy.lua" },
	component "inner" {
		binary = "init", ram = "4M", caps = 200,
		config = policy {
			component "log_server" { ram = "512K", caps = 40, provides = { "LOG" } },
			component "hello" {
				ram = "256K", caps = 20, may_fault = true,
				route = { service "LOG" { child "log_server" } },
			},
		},
		route = { any_service { parent } },
	},
}
faulted "inner -> hello"
expect { from = "inner -> hello", text = "good morning" }
