-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: eventually_what.lua:8: eventually wants what is to be, and a function
--| e boot
--| e ready
--| s
boot { files = { play = "tests/runs/tool/scenarios/eventually_what.lua" } }
eventually(function() return true end)
