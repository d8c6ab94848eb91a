-- SPDX-License-Identifier: MIT
-- verdict: silence
-- says: eventually_never.lua:12: eventually a second line: nothing can happen any more
-- says: [init -> a] one
--| e boot
--| e ready
--| c [init -> a] one
--| e idle
--| s
boot { files = { play = "tests/runs/tool/scenarios/eventually_never.lua" } }

eventually("a second line", function()
	return log("a"):find "two"
end)
