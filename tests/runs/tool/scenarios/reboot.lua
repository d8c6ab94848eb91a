-- SPDX-License-Identifier: MIT
-- verdict: reboot
-- says: started a second time
--| e boot
--| e ready
--| e boot
--| s
boot { files = { play = "tests/runs/tool/scenarios/reboot.lua" } }
expect "something"
