-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: step wants a name, in one line
--| s
boot { files = { play = "tests/runs/tool/scenarios/step_without_name.lua" } }
step {}
