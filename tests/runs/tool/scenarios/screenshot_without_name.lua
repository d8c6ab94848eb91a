-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: screenshot wants a name of letters and digits
--| e boot
--| e ready
--| s
boot { files = { play = "tests/runs/tool/scenarios/screenshot_without_name.lua" } }
screenshot "../x"
