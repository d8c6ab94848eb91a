-- SPDX-License-Identifier: MIT
-- verdict: pass
-- says: repair_ms: 3 figures, min 4, median 5, p95 9, max 9
--| e boot
--| e ready
--| c tick 4
--| c tick 9
--| c tick 5
--| e idle
--| w
--| e account init -> a|ram=1024 caps=3
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/eventually.lua" } }

local repair = sample "repair_ms"
local times = eventually("three ticks", function()
	repair(tonumber((expect { pattern = "tick (%d)" })))
	return repair.count == 3 and "thrice"
end)
assert(times == "thrice")
check(repair.median == 5 and repair.p95 < 10, "a tick takes less than 10")
print(repair)
