-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: boot stands twice
boot { files = { play = "tests/runs/tool/scenarios/boot_twice.lua" } }
boot { files = { play = "tests/runs/tool/scenarios/boot_twice.lua" } }
