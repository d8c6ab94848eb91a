-- SPDX-License-Identifier: MIT
-- verdict: panic
-- says: the kernel panicked: no memory for init
-- says: 0x100
-- says: last lines:
-- says: panic.lua:13
--| e boot
--| c about to fail
--| e panic no memory for init
--| e backtrace 0x100020 0x100060
--| x 18
boot { files = { play = "tests/runs/tool/scenarios/panic.lua" } }
expect "something else"
