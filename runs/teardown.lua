-- SPDX-License-Identifier: MIT
-- A thousand children are started and killed, each at another point of its life: while it asks for a session,
-- while it waits for an answer, while it computes. What they had (accounts, domains, threads, memory,
-- sessions at a sibling of their parent and at core) is all back after each: the parent compares its own
-- account each time, the server's in the end; the machine's is compared as in every scenario.
boot {
	within = 60,
	component "echo" {
		binary = "echo_server", ram = "1M", caps = 200, provides = { "Echo" }, config = { quiet = true },
	},
	component "parent" {
		binary = "teardown_parent", ram = "4M", caps = 400, config = { rounds = 1000 },
		route = { service "Echo" { child "echo" }, any_service { parent } },
	},
	binaries = { "teardown_child" },
}
never "FAILED"
expect "[init -> parent] killed"
expect "[init -> parent] all 7 checks hold"
exited { "parent", code = 0 }
