-- SPDX-License-Identifier: MIT
-- What one component reports is a ROM for others: they see it change, a late one sees the last of it, and who may
-- write is one label for each. A writer is refused beyond its size, beside another, and where nobody reads.

boot {
	component "report_rom" {
		ram = "512K", caps = 80, provides = { "ROM", "Report" },
		config = { roms = {
			{ name = "weather", report = "station -> weather", content = "unknown", size_max = 4096 },
			{ name = "silence", report = "station -> quiet", size_max = 4096 },
		} },
	},
	component "early" {
		binary = "config_watcher", ram = "256K", caps = 40, config_rom = "weather",
		route = { service "ROM" { label = "weather", child "report_rom" }, service "LOG" { parent } },
	},
	component "station" {
		binary = "reporter_test", ram = "256K", caps = 50,
		route = { service "Report" { child "report_rom" }, service "LOG" { parent } },
	},
	-- a ROM that no report is
	component "wrong" {
		binary = "config_watcher", ram = "256K", caps = 40, config_rom = "news",
		route = { service "ROM" { label = "news", child "report_rom" }, service "LOG" { parent } },
	},
}
never "FAILED"

expect { from = "early", text = "unknown" }
exited { "wrong", code = 1 }
exited { "station", code = 0 }
expect { from = "early", text = "sun" }
assert(report().children.report_rom.provides[2])
