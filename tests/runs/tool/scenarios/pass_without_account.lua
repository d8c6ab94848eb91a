-- SPDX-License-Identifier: MIT
-- verdict: exit
-- says: without a verdict
--| e boot
--| e ready
--| w
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/pass_without_account.lua" } }
