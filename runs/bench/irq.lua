-- SPDX-License-Identifier: MIT
-- an interrupt that wakes its handler
boot {
	component "handler" {
		binary = "bench",
		ram = "1M",
		caps = 80,
		config = { suite = "irq" },
		route = { any_service { parent } },
	},
}
never "FAILED"
exited { "handler", code = 0 }
