-- SPDX-License-Identifier: MIT
-- A machine that loses its power while a component runs begins anew as if nothing had been; one that is
-- asked to begins anew when everything has come back.
boot {
	component "hello" { ram = "256K", caps = 20, route = { service "LOG" { parent } } },
	component "ticker" {
		ram = "256K", caps = 40, config = { ticks = 4000000, period_ms = 1 }, route = { service "Timer" { parent } },
	},
}
local function morning()
	expect "[init -> hello] good morning"
	happened "started" { "ticker" }
end
morning()
power_cut()
reboot()
morning()
reboot()
morning()
