-- SPDX-License-Identifier: MIT
-- verdict: timeout
-- says: timeout.lua:7: expect "something": not within its time
--| e boot
--| s
boot { files = { play = "tests/runs/tool/scenarios/timeout.lua" } }
expect { text = "something", within = 0.2 }
