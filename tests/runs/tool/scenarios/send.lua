-- SPDX-License-Identifier: MIT
-- verdict: pass
--| e boot
--| e ready
--| k
--| e idle
--| w
--| e finished PASS
--| x 16
boot { machine = { terminal = true }, files = { play = "tests/runs/tool/scenarios/send.lua" } }
send "hello\n"
expect { from = "terminal", pattern = "^hello$" }
