-- SPDX-License-Identifier: MIT
-- verdict: exit
-- says: eventually a miracle: the machine ended with status 35
--| e boot
--| e ready
--| c one
--| x 17
boot { files = { play = "tests/runs/tool/scenarios/eventually_ended.lua" } }

eventually("a miracle", function() end)
