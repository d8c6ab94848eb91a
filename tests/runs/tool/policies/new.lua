-- SPDX-License-Identifier: MIT
-- old.lua, a little different
return policy {
	component "nic" { ram = "2M", caps = 60, version = 2, provides = { "Nic" } },
	component "ip" { ram = "1M", caps = 60, provides = { "Socket" }, route = { service "Nic" { child "nic" }, service "LOG" { deny } } },
	component "web" { ram = "512K", caps = 60, route = { service "Socket" { child "ip" }, service "LOG" { parent } } },
	component "shell" { ram = "1M", caps = 60, route = {
		service "Socket" { label_prefix = "net",
			choose { child "ip", deny, by = function(request) return child "ip" end } },
		service "LOG" { deny } } },
}
