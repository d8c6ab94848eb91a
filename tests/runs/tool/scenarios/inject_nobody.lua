-- SPDX-License-Identifier: MIT
-- verdict: mismatch
-- says: inject drop into inner -> hello: inner takes no orders: it is no init, or has no route to Event
--| e boot
--| e ready
--| e idle
--| w
--| e asked 0
--| s
boot { files = { play = "tests/runs/tool/scenarios/inject_nobody.lua" } }
drop { "inner -> hello", service = "LOG", label = "a" }
