-- SPDX-License-Identifier: MIT
-- IRQ sessions: the periodic interrupt of the real-time clock; masked until acknowledged, held by one at a time.
boot {
	component "irq_test" { ram = "256K", caps = 60, route = { service "IRQ" { parent }, service "IO_PORT" { parent } } },
}
never "FAILED"
expect { from = "irq_test", pattern = "all (%d+) checks hold" }
exited { "irq_test", code = 0 }
