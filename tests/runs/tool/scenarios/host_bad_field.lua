-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: host_bad_field.lua:5: host: unknown field 'inputs' (did you mean 'input'?)
boot { files = { play = "tests/runs/tool/scenarios/host_bad_field.lua" } }
host { "cat", inputs = "x" }
