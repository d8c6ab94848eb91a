-- SPDX-License-Identifier: MIT
-- verdict: mismatch
-- says: inject_refused.lua:11: inject hang into inner -> server: not running
--| e boot
--| e ready
--| e idle
--| w
--| e asked 1
--| e event injected init -> inner -> server|refused=not running
boot { files = { play = "tests/runs/tool/scenarios/inject_refused.lua" } }
inject { "inner -> server", fault = "hang" }
