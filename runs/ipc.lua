-- SPDX-License-Identifier: MIT
-- Calls and the ways they end: threads in domains of their own are killed, stopped and robbed of what they call
-- through, at every point at which a call can be; chains of four lose their middle; kept calls are answered late.
boot { component "ipc_test" { ram = "4M", caps = 400 } }
never "FAILED"
expect { from = "ipc_test", pattern = "all (%d+) checks hold" }
exited { "ipc_test", code = 0 }
