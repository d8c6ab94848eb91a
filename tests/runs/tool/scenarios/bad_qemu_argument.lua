-- SPDX-License-Identifier: MIT
-- verdict: exit
-- says: QEMU gave up
-- says: qemu: 
boot { files = { play = "tests/runs/tool/scenarios/bad_qemu_argument.lua" }, machine = { args = { "-nonsense" } } }
expect "x"
