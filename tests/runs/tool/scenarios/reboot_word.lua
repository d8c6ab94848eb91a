-- SPDX-License-Identifier: MIT
-- verdict: pass
-- says: the second time
--| e boot
--| e ready
--| c good morning
--| e event exited init -> a|code=0
--| e idle
--| w
--| e account init -> a|ram=1024 caps=3
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/reboot_word.lua" } }
expect "good morning"
exited { "a", code = 0 }
reboot()
expect "good morning"
exited { "a", code = 0 }
power_cut()
reboot()
print "the second time"
expect "good morning"
