-- SPDX-License-Identifier: MIT
-- old.lua with another role, another CPU, another source of a configuration, less for all
return policy {
	aliases = { card = "nic" },
	affinity_space = { width = 2 },
	reserve = { ram = "1M" },
	component "nic" { ram = "1M", caps = 60, provides = { "Nic" }, affinity = { x = 1 } },
	component "ip" { ram = "1M", caps = 60, provides = { "Socket" }, route = { service "Nic" { child "card" }, service "LOG" { deny } } },
	component "web" { ram = "1M", caps = 60, config = "text", route = { service "Socket" { child "ip" }, service "LOG" { parent } } },
	component "game" { ram = "1M", caps = 60, priority = 3, route = { service "LOG" { label = "x", parent }, service "LOG" { deny } } },
	component "shell" { ram = "1M", caps = 60, restart = {}, route = {
		service "Socket" { label_prefix = "net",
			choose { child "ip", deny, by = function(request) return child "ip" end } },
		service "LOG" { deny } } },
}
