-- SPDX-License-Identifier: MIT
-- Rings: each operation, chains and results that are named before they are there, one thread with two rings
-- and threads that call and serve at the same endpoint.
boot { component "ring" { ram = "512K", caps = 60 } }
never "FAILED"
expect { from = "ring", pattern = "all (%d+) checks hold" }
exited { "ring", code = 0 }
