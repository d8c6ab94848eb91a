-- SPDX-License-Identifier: MIT
-- a revoke with 1, 100 and 10,000 outstanding copies in 1, 4 and 16 domains: the same, within a tenth
boot { component "revoke_cost" { ram = "4M", caps = 100 } }
never "FAILED"
expect { from = "revoke_cost", pattern = "10000 copies: in 1 domain (%d+), in 4 (%d+), in 16 (%d+)" }
exited { "revoke_cost", code = 0 }
