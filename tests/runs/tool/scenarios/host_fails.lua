-- SPDX-License-Identifier: MIT
-- verdict: host
-- says: host_fails.lua:6: host: 'sh' ended with status 3
-- says: no luck
boot { files = { play = "tests/runs/tool/scenarios/host_fails.lua" } }
host { "sh", "-c", "echo no luck; exit 3" }
