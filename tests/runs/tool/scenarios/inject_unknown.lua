-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: inject_unknown.lua:5: inject: no fault 'null_rite' (did you mean 'null_write'?)
boot { files = { play = "tests/runs/tool/scenarios/inject_unknown.lua" } }
inject { "hello", fault = "null_rite" }
