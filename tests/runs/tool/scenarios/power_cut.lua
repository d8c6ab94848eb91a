-- SPDX-License-Identifier: MIT
-- verdict: pass
--| e boot
--| e ready
--| c one
--| c two
--| e idle
--| w
--| e account init -> a|ram=1024 caps=3
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/power_cut.lua" } }
expect "one"
power_cut() -- what came before is not looked at any more
reboot()
expect "one"
expect "two"
