-- SPDX-License-Identifier: MIT
-- verdict: mismatch
-- says: identical.lua:13: the texts differ from line 2 on
-- says: got:    "b\n"
-- says: wanted: "B\n"
--| e boot
--| e ready
--| c [init -> hello] a
--| c [init -> hello] b
--| e event exited init -> hello|code=0
boot { files = { play = "tests/runs/tool/scenarios/identical.lua" } }
exited "hello"
identical { log "hello", "a\nB\n" }
