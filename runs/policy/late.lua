-- SPDX-License-Identifier: MIT
-- One word is wrong. What stands before it is right, and is not started either.
return policy {
	component "hello" { ram = "256K", caps = 20, route = { service "LOG" { parent } } },
	component "late" { binary = "hello", ram = "256K", cap = 20 },
}
