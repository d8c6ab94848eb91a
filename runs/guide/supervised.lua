-- SPDX-License-Identifier: MIT
-- a server that is watched and comes back, a client that follows it, and one that is given up
return policy {
	component "counter" {
		ram = "512K", caps = 60, provides = { "Counter" }, config = { limit = 100 },
		route = { service "LOG" { parent } },
		heartbeat = { every = "1s", missed = 3 },
		restart = { limit = 5, window = "10s", backoff = "100ms" },
	},
	component "customer" {
		binary = "counter_client", ram = "256K", caps = 20,
		route = { service "Counter" { lost = "reconnect", child "counter" }, service "LOG" { parent } },
	},
	component "hopeless" {
		binary = "counter_client", ram = "256K", caps = 20,
		route = { service "LOG" { parent } }, -- no counter: it exits with 1
		restart = { limit = 2, backoff = "10ms" },
	},
}
