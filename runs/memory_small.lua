-- SPDX-License-Identifier: MIT
-- A small machine: kernel, core, init and a component that fills the rest in 8 MiB.
boot {
	machine = { ram = "8M" },
	component "hello" { ram = "256K", caps = 20 },
	component "memory_filler" { ram = "1M", caps = 60 },
}
never "FAILED"
expect "[init -> hello] good morning"
exited { "hello", code = 0 }
exited { "memory_filler", code = 0 }
