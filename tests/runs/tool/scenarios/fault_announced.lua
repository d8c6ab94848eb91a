-- SPDX-License-Identifier: MIT
-- verdict: pass
--| e boot
--| e event faulted init -> crasher|kind=page-not-present address=0x10 ip=0x401000
--| e event faulted init -> a -> b|kind=divide ip=0x401000
--| e ready
--| e idle
--| w
--| e finished PASS
--| x 16
boot {
	files = { play = "tests/runs/tool/scenarios/fault_announced.lua" },
	may_fault = { "crasher", "a -> b" },
}
faulted { "a -> b", kind = "divide" } -- events wait in a queue, in no order
faulted { "crasher", kind = "page-not-present", address = 0x10 }
