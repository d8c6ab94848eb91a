-- SPDX-License-Identifier: MIT
-- verdict: silence
-- says: end of the script: nothing can happen
--| e boot
--| e idle
--| s
boot { files = { play = "tests/runs/tool/scenarios/never_ready.lua" } }
