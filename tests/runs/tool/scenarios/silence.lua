-- SPDX-License-Identifier: MIT
-- verdict: silence
-- says: silence.lua:14: expect "[init -> hello] good morning": nothing can happen any more
-- says: nearest line: [init -> hello] good mourning
-- says: last lines of hello:
--| e boot
--| e ready
--| c [init -> other] noise
--| c [init -> hello] good mourning
--| c [init -> other] more noise
--| e idle
--| s
boot { files = { play = "tests/runs/tool/scenarios/silence.lua" } }
expect "[init -> hello] good morning"
