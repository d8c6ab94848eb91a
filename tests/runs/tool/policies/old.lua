-- SPDX-License-Identifier: MIT
-- who reaches whom: a driver, a stack on it, and those above
return policy {
	component "nic" { ram = "1M", caps = 60, provides = { "Nic" } },
	component "ip" { ram = "1M", caps = 60, provides = { "Socket" }, route = { service "Nic" { child "nic" }, service "LOG" { deny } } },
	component "web" { ram = "1M", caps = 60, route = { service "Socket" { child "ip" }, service "LOG" { parent } } },
	component "game" { ram = "1M", caps = 60, route = { service "LOG" { label = "x", parent }, service "LOG" { deny } } },
	component "shell" { ram = "1M", caps = 60, route = {
		service "Socket" { label_prefix = "net",
			choose { child "ip", deny, by = function(request) return child "ip" end } },
		service "LOG" { deny } } },
}
