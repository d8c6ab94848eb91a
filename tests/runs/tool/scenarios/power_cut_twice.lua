-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: power_cut_twice.lua:9: power_cut: the machine is off; reboot() comes first
--| e boot
--| e ready
--| s
boot { files = { play = "tests/runs/tool/scenarios/power_cut_twice.lua" } }
power_cut()
power_cut()
