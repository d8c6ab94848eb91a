-- SPDX-License-Identifier: MIT
-- A boot archive of 24 MiB: more page tables than one step makes. Its last bytes are a component's.
local mebibyte = ("0123456789abcdef"):rep(64 * 1024)
boot {
	machine = { ram = "64M" },
	files = { large = { text = mebibyte:rep(24) .. "the end\n" } },
	component "tail" {
		binary = "busybox", ram = "1M", caps = 80,
		config = {
			args = { "tail", "-c", "8", "/boot/large" },
			mounts = { { at = "/boot", rom = {} }, { at = "/dev", dev = {} } },
		},
		route = { service "ROM" { label = "large", parent }, service "LOG" { parent } },
	},
}
expect "[init -> tail] the end"
exited { "tail", code = 0 }
