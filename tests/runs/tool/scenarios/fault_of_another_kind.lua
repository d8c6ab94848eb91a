-- SPDX-License-Identifier: MIT
-- verdict: mismatch
-- says: crasher faulted with address=0x0, expected 0x10
--| e boot
--| e event faulted init -> crasher|kind=page-not-present address=0x0
--| s
boot {
	files = { play = "tests/runs/tool/scenarios/fault_of_another_kind.lua" },
	may_fault = { "crasher" },
}
faulted { "crasher", address = 0x10 }
