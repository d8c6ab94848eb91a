-- SPDX-License-Identifier: MIT
-- verdict: exit
-- says: it says that it has passed, unasked
--| e boot
--| e ready
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/wrong_text_after_pass_status.lua" } }
expect "something"
