-- SPDX-License-Identifier: MIT
-- The time of day: a driver has the ports of the clock, others ask it. A run begins with the year 2026.
boot {
	component "rtc" {
		ram = "256K", caps = 40, provides = { "Rtc" },
		route = { service "IO_PORT" { parent }, service "LOG" { parent } },
	},
	component "rtc_test" {
		ram = "256K", caps = 40,
		route = { service "Rtc" { child "rtc" }, any_service { parent } },
	},
}
never "FAILED"
expect { from = "rtc_test", pattern = "all (%d+) checks hold" }
exited { "rtc_test", code = 0 }
