-- SPDX-License-Identifier: MIT
-- A component that attacks the kernel, core and init with all it has, and one that serves badly; an
-- honest one beside them does its work, pays what it always pays, and never fails.
local seed, calls = 1, 200000

local function hostile(name)
	return component(name) {
		binary = "hostile",
		ram = "6M",
		caps = 500,
		provides = name == "server" and { "Trap" } or {},
		config = { seed = seed, calls = calls, serve = name == "server" },
		route = { service "Bench" { child "bench_server" }, service "Event" { deny }, any_service { parent } },
	}
end

boot {
	component "bench_server" { ram = "1M", caps = 100, provides = { "Bench" }, route = { any_service { parent } } },
	component "steady" {
		ram = "256K",
		caps = 40,
		config = { cycles = 900, pause_us = 2000 },
		route = { service "Bench" { child "bench_server" }, any_service { parent } },
	},
	hostile "hostile",
	hostile "server",
	component "prey" { ram = "1M", caps = 200, route = { service "Trap" { child "server" }, any_service { parent } } },
	within = 120,
	tags = { "slow" },
}
never { from = "steady", pattern = "FAILED" }

expect { from = "hostile", text = ("seed %d, %d calls"):format(seed, calls) }
expect { text = "calls made", count = 2 } -- nobody has left before
-- ... and long after that sessions are still opened, for the same price
expect { from = "steady -> cycle", text = "still served", count = 2 }
expect "[init -> steady] all cycles done, usage unchanged"
exited { "hostile", code = 0 }
exited { "server", code = 0 }
exited { "prey", code = 0 }
exited { "steady", code = 0 }
