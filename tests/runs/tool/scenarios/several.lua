-- SPDX-License-Identifier: MIT
-- verdict: pass
-- says: == somebody answers
-- says: == both end
--| e boot
--| e ready
--| c [init -> b] here, 7
--| c [init -> a] done
--| c [init -> b] done
--| e idle
--| w
--| e account init -> a|ram=1024 caps=3
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/several.lua" } }

step "somebody answers"
local who, number = expect_any { { from = "a", text = "here" }, { from = "b", pattern = "here, (%d)" }, within = 60 }
assert(who == 2 and number == "7")

step "both end"
local ends = expect_all { "[init -> b] done", { from = "a", pattern = "(do)ne" } }
assert(ends[2][1] == "do")
