-- SPDX-License-Identifier: MIT
-- verdict: pass
--| e boot
--| e ready
--| p shell$ 
--| e idle
--| w
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/prompt.lua" } }
expect "shell$"
