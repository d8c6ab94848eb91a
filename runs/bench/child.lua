-- SPDX-License-Identifier: MIT
-- a child's whole life, with a component as its parent
boot {
	component "parent" {
		binary = "bench",
		ram = "2M",
		caps = 200,
		config = { suite = "child" },
		route = { any_service { parent } },
	},
	binaries = { "bench_leaf" },
}
never "FAILED"
exited { "parent", code = 0 }
