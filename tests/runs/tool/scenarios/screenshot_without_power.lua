-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: screenshot "x": the machine is off
--| e boot
--| e ready
--| s
boot { files = { play = "tests/runs/tool/scenarios/screenshot_without_power.lua" } }
power_cut()
screenshot "x"
