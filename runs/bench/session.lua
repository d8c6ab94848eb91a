-- SPDX-License-Identifier: MIT
-- a session opened and closed at a sibling, and what one more level of init adds to that
local rules = { service "Bench" { child "bench_server" }, any_service { parent } }

boot {
	component "bench_server" { ram = "1M", caps = 100, provides = { "Bench" }, route = { any_service { parent } } },
	component "client" { binary = "bench", ram = "512K", caps = 80, config = { suite = "session" }, route = rules },
	component "inner" {
		binary = "init",
		ram = "4M",
		caps = 300,
		config = policy {
			component "client" {
				binary = "bench",
				ram = "512K",
				caps = 80,
				config = { suite = "session", delay_ms = 200, id = "session.nested" },
				route = { any_service { parent } },
			},
		},
		route = rules,
	},
}
never "FAILED"
local flat = expect { from = "client", pattern = "session.cycle (%d+)" }
local nested = expect { from = "inner -> client", pattern = "session.nested (%d+)" }
figure("session.level", nested - flat, "instructions")
exited { "client", code = 0 }
exited { "inner -> client", code = 0 }
