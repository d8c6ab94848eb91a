-- SPDX-License-Identifier: MIT
-- verdict: account
-- says: reboot_fails.lua:9: the machine reports: RAM is missing
--| e boot
--| e ready
--| w
--| e finished FAIL RAM is missing
boot { files = { play = "tests/runs/tool/scenarios/reboot_fails.lua" } }
reboot()
expect "nothing"
