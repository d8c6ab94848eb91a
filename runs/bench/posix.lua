-- SPDX-License-Identifier: MIT
-- what a POSIX program pays for its calls, on the ram file system
boot {
	component "posix_bench" {
		ram = "4M", caps = 200,
		config = {
			args = { "posix_bench" },
			mounts = { { at = "/tmp", ram = { size = "256K" } }, { at = "/dev", dev = {} } },
		},
		route = { service "LOG" { parent } },
	},
}
never "FAILED"
exited { "posix_bench", code = 0 }
