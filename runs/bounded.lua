-- SPDX-License-Identifier: MIT
-- What is long to end: a domain with 10,000 capabilities, 1,000 mappings and 100 threads, and 64 MiB of
-- memory whose grant is revoked while it is mapped; and what a ring can ask for at once: 64 mappings, chains of
-- 64 entries, a queue of 512 calls of which as many as possible are received or refused. All ends, nothing is lost; `make latency` says that no
-- way through the kernel was longer than it may be.
boot {
	machine = { ram = "192M" },
	component "bounded" { ram = "90M", caps = 500 },
}
never "FAILED"
expect { from = "bounded", pattern = "all (%d+) checks hold" }
exited { "bounded", code = 0 }
