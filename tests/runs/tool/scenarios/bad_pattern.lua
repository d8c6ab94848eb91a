-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: unfinished capture
boot { files = { play = "tests/runs/tool/scenarios/bad_pattern.lua" } }
expect { pattern = "(x" }
