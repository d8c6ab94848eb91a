-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: policy_errors.lua:8: error: component 'hello': unknown field 'rma' (did you mean 'ram'?)
-- says: policy_errors.lua:9
boot {
	files = { play = "tests/runs/tool/scenarios/policy_errors.lua" },
	component "hello" {
		rma = "256K", caps = 20,
		route = { service "LOG" { child "log_sever" } },
	},
}
