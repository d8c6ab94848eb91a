-- SPDX-License-Identifier: MIT
-- RM sessions: one region map shown in two places; attaching, detaching, and what is refused.
boot {
	component "rm_test" { ram = "512K", caps = 60, route = { service "RM" { parent } } },
}
never "FAILED"
expect { from = "rm_test", pattern = "all (%d+) checks hold" }
exited { "rm_test", code = 0 }
