-- SPDX-License-Identifier: MIT
-- verdict: reboot
-- says: reset itself
-- says: triple_fault.lua:8: expect "something"
--| e boot
--| t
boot { files = { play = "tests/runs/tool/scenarios/triple_fault.lua" } }
expect "something"
