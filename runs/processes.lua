-- SPDX-License-Identifier: MIT
-- Processes, proved by a POSIX program in plain C that is its own child: spawn, vfork, fork and exec, files and pipes that
-- relatives share, signals between them. Each line is one property; repos/test/app/posix_processes has the source.
boot {
	component "posix_processes" {
		ram = "12M", caps = 600,
		config = {
			args = { "posix_processes" },
			mounts = {
				{ at = "/boot", rom = {} }, { at = "/bin", ram = { size = "8K" } },
				{ at = "/tmp", ram = { size = "256K" } }, { at = "/dev", dev = {} },
			},
		},
		route = { service "ROM" { label = "posix_processes", parent }, service "LOG" { parent } },
	},
}
exited { "posix_processes", code = 0 }

local report = log "posix_processes"
local count = select(2, report:gsub("%f[^\n\0]ok %d+ %- ", ""))
assert(not report:find "not ok" and report:find(("1..%d\n"):format(count), 1, true))
print(("all %d properties of processes hold"):format(count))
