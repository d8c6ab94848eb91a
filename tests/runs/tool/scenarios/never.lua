-- SPDX-License-Identifier: MIT
-- verdict: never
-- says: never.lua:10
-- says: the line: an error came
--| e boot
--| c an error came
--| c the text
--| s
boot { files = { play = "tests/runs/tool/scenarios/never.lua" } }
never "error"
expect "the text"
