-- SPDX-License-Identifier: MIT
-- system calls, signals, rings, threads and memory, within one address space
local all_from_parent = { any_service { parent } }

boot {
	component "system" { binary = "bench", ram = "1M", caps = 60, config = { suite = "kernel" }, route = all_from_parent },
	component "memory" { binary = "bench", ram = "2M", caps = 60, config = { suite = "memory" }, route = all_from_parent },
}
never "FAILED"
exited { "system", code = 0 }
exited { "memory", code = 0 }
