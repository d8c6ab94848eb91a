-- SPDX-License-Identifier: MIT
-- verdict: mismatch
-- says: check_fails.lua:9: check: a line is short
--| e boot
--| e ready
--| c a long, long line
--| s
boot { files = { play = "tests/runs/tool/scenarios/check_fails.lua" } }
check(#expect { pattern = "(a .*)" } < 10, "a line is short")
