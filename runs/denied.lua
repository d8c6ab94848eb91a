-- SPDX-License-Identifier: MIT
-- What is refused is refused at once, with a status that says what to do about it, and whoever asked goes on:
-- services without a route, ids that are none or no more, calls through capabilities that are none, a
-- server that has exited.
boot {
	component "echo" { binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" },
		config = { name = "echo" } },
	component "client" {
		binary = "refusal_client", ram = "512K", caps = 60,
		route = {
			service "Echo"      { child "echo" },
			service "Forbidden" { deny },
			service "Unheard"   { parent },
			service "ROM"       { parent },
		},
	},
}
never "FAILED"
expect '[init] client -> Nowhere "" denied: no rule matches'
expect "[init -> client] a service without a rule: denied"
expect '[init] client -> Forbidden "" denied by the rule'
expect "[init -> client] a service that a rule denies: denied"
expect "[init] client announced a service that its `provides`"
expect "[init -> client] the call in which the server exits: gone"
expect "[init -> client] goes on"
expect "[init -> client] all 29 checks hold"
exited { "echo", code = 3 }
exited { "client", code = 0 }
