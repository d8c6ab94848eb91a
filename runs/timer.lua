-- SPDX-License-Identifier: MIT
-- Timer sessions: alarms come in the order of their times, never early, and not after they were called off.
boot {
	component "timer_test" { ram = "256K", caps = 60, route = { service "Timer" { parent } } },
}
never "FAILED"
expect { from = "timer_test", pattern = "all (%d+) checks hold" }
exited { "timer_test", code = 0 }
