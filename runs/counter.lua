-- SPDX-License-Identifier: MIT
-- A service of one's own: a schema, a server with a typed configuration, a client that it refuses in the end.
boot {
	component "counter" {
		ram = "512K", caps = 40,
		provides = { "Counter" },
		config = { limit = 100 },
		route = { service "LOG" { parent } },
	},
	component "counter_client" {
		ram = "256K", caps = 20,
		route = { service "Counter" { child "counter" }, service "LOG" { parent } },
	},
}
expect { from = "counter_client", text = "that makes 3" }
expect { from = "counter_client", text = "1000 more: bad argument" }
expect "[init -> counter] counter_client -> main counted to 3"
exited { "counter_client", code = 0 }
