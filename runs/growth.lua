-- SPDX-License-Identifier: MIT
-- Many children of one init, each with sessions at its parent, at init and at one common sibling; and one client with
-- many sessions at a sibling. `capos growth` runs it with 10, 100 and 1,000 of them, and draws what each costs: to
-- start or to open, and to be remembered.
local count = 10

local children = {}
for i = 1, count do
	children[i] = component("child" .. i) {
		binary = "config_watcher", ram = "128K", caps = 24, config = "here",
		route = { service "LOG" { child "log_filter" } },
	}
end

boot {
	machine = { ram = "320M" },
	within = 300,
	component "log_filter" {
		ram = ("%dK"):format(1024 + count), caps = 60 + 2 * count, provides = { "LOG" }, config = {},
		route = { service "LOG" { parent } },
	},
	component "bench_server" {
		ram = ("%dK"):format(1024 + count), caps = 100, provides = { "Bench" }, route = { any_service { parent } },
	},
	children,
	component "last" { -- begun after all of them
		binary = "bench", ram = "256K", caps = 30, config = { suite = "clock" }, route = { service "LOG" { parent } },
	},
	component "client" {
		binary = "bench", ram = ("%dK"):format(512 + 13 * count), caps = 80 + 7 * count,
		config = { suite = "sessions", count = count, delay_ms = 1000 },
		route = { service "Bench" { child "bench_server" }, any_service { parent } },
	},
}
never "FAILED"
local begun = expect { from = "last", pattern = "counts (%d+)" } -- since the machine's start
figure("growth.start", begun // count, "instructions")

local opened = expect { from = "client", pattern = "growth.session_open (%d+)" }
local closed = expect { from = "client", pattern = "growth.session_close (%d+)" }
figure("growth.session_open", opened, "instructions")
figure("growth.session_close", closed, "instructions")
exited { "client", code = 0 }
