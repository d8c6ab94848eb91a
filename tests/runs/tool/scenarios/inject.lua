-- SPDX-License-Identifier: MIT
-- verdict: pass
--| e boot
--| e ready
--| e idle
--| w
--| e asked 1
--| e event injected init -> server|
--| e event faulted init -> server|kind=divide
--| e idle
--| w
--| e asked 1
--| e event injected init -> client|
--| e idle
--| w
--| e account init -> a|ram=1024 caps=3
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/inject.lua" } }
inject { "server", fault = "divide" } -- announces it, too
faulted { "server", kind = "divide" }
drop { "client", service = "LOG" }
