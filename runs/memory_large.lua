-- SPDX-License-Identifier: MIT
-- More RAM than fits below the devices: 3 GiB lie above 4 GiB. The kernel has all of it to give, and touches
-- only its own tables (two per cent) and what is used: the machine costs the host 190 MiB, not 6 GiB.
boot {
	machine = { ram = "6G" },
	component "hello" { ram = "256K", caps = 20 },
	component "memory_filler" { ram = "16M", caps = 60 },
}
local free = tonumber(expect { pattern = "capOS kernel, (%d+) KiB free" })
assert(free > 6 * 1024 * 1024 * 97 // 100 and free < 6 * 1024 * 1024, free)
never "FAILED"
expect "[init -> hello] good morning"
exited { "hello", code = 0 }
exited { "memory_filler", code = 0 }
