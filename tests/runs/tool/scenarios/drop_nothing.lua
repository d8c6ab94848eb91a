-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: drop_nothing.lua:5: drop: which session?
boot { files = { play = "tests/runs/tool/scenarios/drop_nothing.lua" } }
drop { "hello", label = "a" }
