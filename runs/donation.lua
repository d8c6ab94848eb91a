-- SPDX-License-Identifier: MIT
-- What a session costs is the client's to pay. The server wants 40 KiB and six capabilities for each, far
-- more than a client offers at first; the client is told so, donates more and gets in. At the end of
-- its own budget it asks its parent. An open session's donation can grow. After each refusal and each close
-- its account is as it was.
boot {
	component "echo" {
		binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" },
		config = { session_ram = "40K", session_caps = 6 },
	},
	component "client" {
		binary = "donation_client", ram = "512K", caps = 60,
		route = { service "Echo" { child "echo" }, service "Timer" { parent }, service "LOG" { parent } },
	},
}
never "FAILED"
expect "insufficient RAM donated"
expect "insufficient capabilities donated"
expect "out of RAM"
expect "out of capabilities"
expect "[init -> client] by the rules: ok"
expect "closes \"client -> by the rules\", sum 7"
expect "[init -> client] without RAM: ok"
expect "[init -> client] without capabilities: ok"
expect { from = "client", pattern = "all (%d+) checks hold" }
exited { "client", code = 0 }
