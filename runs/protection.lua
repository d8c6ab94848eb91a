-- SPDX-License-Identifier: MIT
-- Memory taken from under a thread that touches it; what mappings forbid; parts; a lock without kernel entries.
boot { component "protection_test" { ram = "2M", caps = 100 } }
never "FAILED"
expect { from = "protection_test", pattern = "all (%d+) checks hold" }
exited { "protection_test", code = 0 }
