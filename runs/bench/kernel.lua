-- SPDX-License-Identifier: MIT
-- system calls, signals, rings and threads, within one address space
boot {
	component "system" {
		binary = "bench",
		ram = "1M",
		caps = 60,
		config = { suite = "kernel" },
		route = { any_service { parent } },
	},
}
never "FAILED"
exited { "system", code = 0 }
