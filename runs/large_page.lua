-- SPDX-License-Identifier: MIT
-- A range of device addresses in large pages and in small ones.
boot {
	component "large_page_test" { ram = "256K", caps = 60, route = { service "IO_MEM" { parent } } },
}
never "FAILED"
expect { from = "large_page_test", pattern = "all (%d+) checks hold" }
exited { "large_page_test", code = 0 }
