-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: the machine is off; reboot() comes first
--| e boot
--| e ready
--| s
boot { files = { play = "tests/runs/tool/scenarios/power_cut_at_the_end.lua" } }
power_cut()
