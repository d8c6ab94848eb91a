-- SPDX-License-Identifier: MIT
-- IO_PORT sessions: the date of the real-time clock (the run's is always the first of January 2026), and who
-- may have which ports.
boot {
	component "io_port_test" { ram = "256K", caps = 60, route = { service "IO_PORT" { parent } } },
}
never "FAILED"
expect { from = "io_port_test", pattern = "all (%d+) checks hold" }
exited { "io_port_test", code = 0 }
