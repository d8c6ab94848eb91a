-- SPDX-License-Identifier: MIT
-- three errors, each told
return policy {
	component "nic" { ram = "1M", caps = 60, provides = { "Nic" } },
	component "ip" { ram = "1N", caps = 60, rout = {} },
	component "web" { ram = "1M", caps = 60, route = { service "Nic" { child "nick" } } },
}
