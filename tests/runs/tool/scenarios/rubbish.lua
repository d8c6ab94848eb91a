-- SPDX-License-Identifier: MIT
-- verdict: pass
--| e boot
--| r 70000
--| e ready
--| c after it
--| w
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/rubbish.lua" } }
expect "after it"
