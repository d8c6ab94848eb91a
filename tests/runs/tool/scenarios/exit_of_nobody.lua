-- SPDX-License-Identifier: MIT
-- verdict: silence
-- says: event nobody asked for: exited other code=0
-- says: exited { "hello" }
--| e boot
--| e event exited init -> other|code=0
--| e idle
--| s
boot { files = { play = "tests/runs/tool/scenarios/exit_of_nobody.lua" } }
exited "hello"
