-- SPDX-License-Identifier: MIT
-- verdict: exit
-- says: after the pass
-- says: status 35
--| e boot
--| e ready
--| w
--| e finished PASS
--| x 17
boot { files = { play = "tests/runs/tool/scenarios/pass_status_wrong.lua" } }
