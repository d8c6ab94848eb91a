-- SPDX-License-Identifier: MIT
-- the init around it, with three who ask at the shop
local function customer(name)
	return component(name) {
		binary = "counter_client", ram = "256K", caps = 20,
		route = { service "Counter" { child "shop" }, service "LOG" { parent } },
	}
end

return policy {
	component "shop" {
		binary = "init", ram = "4M", caps = 300, provides = { "Counter" },
		config = { policy = "shop.lua" },
		route = { any_service { parent } },
	},
	customer "regular", customer "guest", customer "stranger",
}
