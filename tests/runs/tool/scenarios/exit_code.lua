-- SPDX-License-Identifier: MIT
-- verdict: mismatch
-- says: hello exited with code=3, expected 0
--| e boot
--| e event exited init -> hello|code=3
--| s
boot { files = { play = "tests/runs/tool/scenarios/exit_code.lua" } }
exited { "hello", code = 0 }
