-- SPDX-License-Identifier: MIT
-- verdict: timeout
-- says: the time of the whole scenario
--| e boot
--| s
boot { files = { play = "tests/runs/tool/scenarios/hang.lua" } }
expect "something"
