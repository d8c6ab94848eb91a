-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: expect_without_power.lua:9: expect "one": the machine is off; reboot() comes first
--| e boot
--| e ready
--| s
boot { files = { play = "tests/runs/tool/scenarios/expect_without_power.lua" } }
power_cut()
expect "one"
