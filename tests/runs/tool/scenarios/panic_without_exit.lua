-- SPDX-License-Identifier: MIT
-- verdict: panic
-- says: the kernel panicked
--| e boot
--| e panic
--| s
boot { files = { play = "tests/runs/tool/scenarios/panic_without_exit.lua" } }
expect "something else"
