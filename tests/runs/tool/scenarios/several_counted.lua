-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: expect_all: 'count' is not for one of several
--| s
boot { files = { play = "tests/runs/tool/scenarios/several_counted.lua" } }
expect_all { { text = "a", count = 2 } }
