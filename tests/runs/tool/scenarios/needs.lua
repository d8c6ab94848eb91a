-- SPDX-License-Identifier: MIT
-- verdict: skip
-- says: needs 'no-such-program', which is not installed
needs { "env", "no-such-program" }
boot { component "hello" { ram = "256K", caps = 20 } }
