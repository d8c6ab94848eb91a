-- SPDX-License-Identifier: MIT
-- options: --set seed=7
-- verdict: pass
-- says: 7 and 100
--| e boot
--| e ready
--| e idle
--| w
--| e account init -> a|ram=1024 caps=3
--| e finished PASS
--| x 16
local seed, calls = setting("seed", 1), setting("calls", 100)
boot { files = { play = "tests/runs/tool/scenarios/setting.lua" } }
print(("%d and %d"):format(seed, calls))
