-- SPDX-License-Identifier: MIT
-- an init that offers something to the outside: who may have it, and under which name it is served
return policy {
	reserve = { ram = "256K", caps = 20 },
	aliases = { till = "counter" },
	component "counter" {
		ram = "512K", caps = 60, provides = { "Counter" }, config = { limit = 100 },
		route = { service "LOG" { parent } },
	},
	exports = {
		service "Counter" { label_prefix = "regular", child "till" { prefix = "known " } },
		service "Counter" { label = "guest -> main", child "till" { label = "guest" } },
	},
}
