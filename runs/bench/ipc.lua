-- SPDX-License-Identifier: MIT
-- calls and signals between two address spaces
boot {
	component "bench_server" { ram = "1M", caps = 100, provides = { "Bench" }, route = { any_service { parent } } },
	component "client" {
		binary = "bench",
		ram = "1M",
		caps = 80,
		config = { suite = "ipc" },
		route = { service "Bench" { child "bench_server" }, any_service { parent } },
	},
}
never "FAILED"
exited { "client", code = 0 }
