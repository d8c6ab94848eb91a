-- SPDX-License-Identifier: MIT
-- memory objects and mappings, within one address space
boot {
	component "memory" {
		binary = "bench",
		ram = "2M",
		caps = 60,
		config = { suite = "memory" },
		route = { any_service { parent } },
	},
}
never "FAILED"
exited { "memory", code = 0 }
