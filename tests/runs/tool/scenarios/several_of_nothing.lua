-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: expect_any wants a list of texts or tables
--| s
boot { files = { play = "tests/runs/tool/scenarios/several_of_nothing.lua" } }
expect_any {}
