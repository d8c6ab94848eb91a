-- SPDX-License-Identifier: MIT
-- verdict: pass
--| e boot
--| e ready
--| c [init -> log] [a] step 1 step 2
--| c [init -> log] [b] step 9
--| c [init -> log] [a] step 3
--| e idle
--| w
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/count.lua" } }
local steps = expect { from = "a", pattern = "step (%d)", count = 3 }
assert(#steps == 3 and steps[1][1] == "1" and steps[3][1] == "3")
