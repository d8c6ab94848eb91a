-- SPDX-License-Identifier: MIT
-- verdict: pass
--| e boot
--| e ready
--| c there
--| e idle
--| w
--| e account init -> a|ram=1024 caps=3
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/screenshot.lua" }, machine = { args = { "-device", "VGA" } } }
expect "there"
screenshot "prompt"
