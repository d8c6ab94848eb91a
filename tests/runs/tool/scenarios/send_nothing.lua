-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: send wants a text, as in send "ls\n"
--| s
boot { machine = { terminal = true }, files = { play = "tests/runs/tool/scenarios/send_nothing.lua" } }
send ""
