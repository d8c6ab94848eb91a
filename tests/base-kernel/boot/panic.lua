-- SPDX-License-Identifier: MIT
-- a real panic: a busy component has used up the machine's budget when the clock first looks
boot {
	within = 0.000001,
	component "vector" { ram = "256K", caps = 20, route = { service "LOG" { parent } } },
}
expect "this line never comes"
