-- SPDX-License-Identifier: MIT
-- How deep and how many: nested accounts, derived grants, rings of a domain, priorities, deadlines; and a copy of
-- what a dead component has granted, which stays dead however often its place is used again.
boot { component "limits_test" { ram = "4M", caps = 600 } }
never "FAILED"
expect { from = "limits_test", pattern = "all (%d+) checks hold" }
exited { "limits_test", code = 0 }
