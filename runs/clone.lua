-- SPDX-License-Identifier: MIT
-- Copy-on-write clones of memory and of a ROM, and two threads that meet at a futex.
boot {
	component "clone_test" { ram = "2M", caps = 80, route = { service "ROM" { parent } } },
}
never "FAILED"
expect { from = "clone_test", pattern = "all (%d+) checks hold" }
exited { "clone_test", code = 0 }
