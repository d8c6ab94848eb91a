-- SPDX-License-Identifier: MIT
-- verdict: missing
-- says: host_missing.lua:5: host: there is no program 'no-such-program'
boot { files = { play = "tests/runs/tool/scenarios/host_missing.lua" } }
host { "no-such-program" }
