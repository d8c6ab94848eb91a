-- SPDX-License-Identifier: MIT
-- verdict: budget
-- says: budget.lua:8: expect "something": guest time budget exhausted
--| e boot
--| e panic guest time budget exhausted: a component is still busy
--| x 18
boot { files = { play = "tests/runs/tool/scenarios/budget.lua" } }
expect "something"
