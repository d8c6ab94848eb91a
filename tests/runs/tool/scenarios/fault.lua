-- SPDX-License-Identifier: MIT
-- verdict: fault
-- says: hello faulted: kind=page-not-present address=0x0
-- says: 0x401000
-- says: last lines of hello
-- says: before the fault
--| e boot
--| c [init -> hello] before the fault
--| e event faulted init -> hello|kind=page-not-present address=0x0 ip=0x401000 backtrace=0x401010,0x401020 binary=hello
--| s
boot { files = { play = "tests/runs/tool/scenarios/fault.lua" } }
expect "something"
