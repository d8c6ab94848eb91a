-- SPDX-License-Identifier: MIT
-- verdict: missing
-- says: screenshot "prompt": There is no console to take a screendump from
-- says: a machine has a screen by
--| e boot
--| e ready
--| c there
--| e idle
--| w
--| e account init -> a|ram=1024 caps=3
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/screenshot_of_nothing.lua" } }
expect "there"
screenshot "prompt"
