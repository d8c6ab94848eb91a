-- SPDX-License-Identifier: MIT
-- IO_MEM sessions: the HPET's registers, and which addresses are nobody's to have.
boot {
	component "io_mem_test" { ram = "256K", caps = 60, route = { service "IO_MEM" { parent } } },
}
never "FAILED"
expect { from = "io_mem_test", pattern = "all (%d+) checks hold" }
exited { "io_mem_test", code = 0 }
