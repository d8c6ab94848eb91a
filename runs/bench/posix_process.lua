-- SPDX-License-Identifier: MIT
-- what a POSIX program pays for another process
boot {
	component "posix_bench" {
		ram = "6M", caps = 300,
		config = {
			args = { "posix_bench", "processes" },
			mounts = {
				{ at = "/boot", rom = {} }, { at = "/tmp", ram = { size = "256K" } },
				{ at = "/dev", dev = {} },
			},
		},
		route = { service "ROM" { label = "posix_bench", parent }, service "LOG" { parent } },
	},
}
never "FAILED"
exited { "posix_bench", code = 0 }
