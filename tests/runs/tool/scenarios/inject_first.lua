-- SPDX-License-Identifier: MIT
-- verdict: mismatch
-- says: inject kill into core: it has no parent that could be asked
--| e boot
--| e ready
--| s
boot { files = { play = "tests/runs/tool/scenarios/inject_first.lua" } }
inject { "core", fault = "kill" }
