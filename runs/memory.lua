-- SPDX-License-Identifier: MIT
-- Memory: what mappings are refused, and a component that uses most of the machine, page by page.
boot {
	machine = { ram = "64M" },
	component "mapping_test" { ram = "1M", caps = 60, route = { service "ROM" { parent } } },
	component "memory_filler" { ram = "52M", caps = 60 },
}
never "FAILED"
expect { from = "mapping_test", pattern = "all (%d+) checks hold" }
exited { "mapping_test", code = 0 }
expect { from = "memory_filler", pattern = "all (%d+) checks hold" }
exited { "memory_filler", code = 0 }
