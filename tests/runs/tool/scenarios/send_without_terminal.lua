-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: send: the machine has no terminal (machine = { terminal = true })
--| s
boot { files = { play = "tests/runs/tool/scenarios/send_without_terminal.lua" } }
send "hello\n"
