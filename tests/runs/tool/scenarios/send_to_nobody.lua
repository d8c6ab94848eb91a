-- SPDX-License-Identifier: MIT
-- verdict: silence
-- says: nobody has read the last 3 bytes that were sent
--| e boot
--| e ready
--| e idle
--| w
--| e synced
--| e idle
--| w
--| e synced
--| e idle
--| w
--| e synced
--| e idle
--| w
--| e synced
--| e idle
--| s
boot { machine = { terminal = true }, files = { play = "tests/runs/tool/scenarios/send_to_nobody.lua" } }
send "hey\n"
expect "hey"
