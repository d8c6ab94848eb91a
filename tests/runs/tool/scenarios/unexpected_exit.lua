-- SPDX-License-Identifier: MIT
-- verdict: exit
-- says: status 7
-- says: unexpected_exit.lua:9: expect "something"
--| e boot
--| c last words
--| x 3
boot { files = { play = "tests/runs/tool/scenarios/unexpected_exit.lua" } }
expect "something"
