-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: send: the terminal has no room for 4194304 bytes
--| e boot
--| s
boot { machine = { terminal = true }, files = { play = "tests/runs/tool/scenarios/send_too_much.lua" } }
send(("x"):rep(1 << 22))
