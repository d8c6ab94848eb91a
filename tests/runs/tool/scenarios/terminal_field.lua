-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: machine: 'terminal' is a number, wanted a boolean
--| s
boot { machine = { terminal = 1 }, files = { play = "tests/runs/tool/scenarios/terminal_field.lua" } }
