-- SPDX-License-Identifier: MIT
-- verdict: silence
-- says: wrong_order.lua:12
-- says: it came earlier
--| e boot
--| c first
--| c second
--| e idle
--| s
boot { files = { play = "tests/runs/tool/scenarios/wrong_order.lua" } }
expect "second"
expect "first"
