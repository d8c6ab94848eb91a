-- SPDX-License-Identifier: MIT
-- verdict: fault
-- says: server faulted: kind=divide
-- says: inject_once.lua:16
--| e boot
--| e ready
--| e idle
--| w
--| e asked 1
--| e event injected init -> server|
--| e event faulted init -> server|kind=divide
--| e event faulted init -> server|kind=divide
--| s
boot { files = { play = "tests/runs/tool/scenarios/inject_once.lua" } }
inject { "server", fault = "divide" }
expect "more"
