-- SPDX-License-Identifier: MIT
-- What is long to end: a domain with 10,000 capabilities, 1,000 mappings and 100 threads, and 64 MiB of
-- memory whose grant is revoked while it is mapped. All ends, nothing is lost; `make latency` says that no
-- way through the kernel was longer than it may be.
boot {
	machine = { ram = "192M" },
	component "bounded" { ram = "90M", caps = 500 },
}
never "FAILED"
expect { from = "bounded", pattern = "all (%d+) checks hold" }
exited { "bounded", code = 0 }
