-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: interactive: a person needs machine = { terminal = true }
--| s
boot { interactive = "sh", files = { play = "tests/runs/tool/scenarios/interactive_without_terminal.lua" } }
