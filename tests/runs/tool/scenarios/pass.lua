-- SPDX-License-Identifier: MIT
-- verdict: pass
-- says: PASS pass
-- says: where every byte
-- says: init -> hello
--| e boot
--| e ready
--| c [init -> hello] good morning, 12 ms
--| e event exited init -> hello|code=0 binary=hello
--| e idle
--| w
--| e account init -> hello|ram=1024 caps=3
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/pass.lua" } }
never "evening"
assert(expect { from = "hello", pattern = "(%d+) ms" } == "12")
exited { "hello", code = 0 }
