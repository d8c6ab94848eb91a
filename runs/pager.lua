-- SPDX-License-Identifier: MIT
-- One component resolves the page faults of another domain: code, zeros, and a copy on write.
boot {
	component "pager_test" { ram = "2M", caps = 80 },
}
never "FAILED"
expect { from = "pager_test", pattern = "all (%d+) checks hold" }
exited { "pager_test", code = 0 }
