-- SPDX-License-Identifier: MIT
-- verdict: silence
-- says: refused { "other" }: nothing can happen any more
--| e boot
--| e ready
--| e event refused init -> inner|the policy is wrong; nothing was started
--| e idle
--| s
boot {
	files = { play = "tests/runs/tool/scenarios/refused.lua" },
	component "hello" { ram = "256K", caps = 20 },
}
refused { "inner" }
refused { "other" }
