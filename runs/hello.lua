-- SPDX-License-Identifier: MIT
-- the smallest scenario: one component says good morning and exits
boot { component "hello" { ram = "256K", caps = 20, route = { service "LOG" { parent } } } }
expect "[init -> hello] good morning"
exited { "hello", code = 0 }
