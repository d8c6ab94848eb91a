-- SPDX-License-Identifier: MIT
return policy {
	component "hello" { ram = "256K", caps = 20, route = { service "LOG" { parent } } },
}
