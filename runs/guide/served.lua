-- SPDX-License-Identifier: MIT
-- a server, a filter for what it says, and a client
return policy {
	component "log_filter" {
		ram = "256K", caps = 40, provides = { "LOG" },
		config = { drop = { "closed" }, summary = true },
		route = { service "LOG" { parent } },
	},
	component "counter" {
		ram = "512K", caps = 40, provides = { "Counter" },
		config = { limit = 100 },
		route = { service "LOG" { child "log_filter" } },
	},
	component "customer" {
		binary = "counter_client", ram = "256K", caps = 20,
		route = {
			service "Counter" { label = "main", child "counter" { label = "till" } },
			service "Counter" { deny },
			service "LOG" { parent },
		},
	},
}
