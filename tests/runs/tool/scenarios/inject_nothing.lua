-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: inject_nothing.lua:5: inject: which fault?
boot { files = { play = "tests/runs/tool/scenarios/inject_nothing.lua" } }
inject { "hello" }
