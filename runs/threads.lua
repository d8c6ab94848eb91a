-- SPDX-License-Identifier: MIT
-- POSIX threads, signals and timers within one process, proved by a program in plain C. Each line it
-- prints is one property; repos/test/app/posix_threads has the source.
boot {
	component "posix_threads" {
		ram = "8M", caps = 400,
		config = { args = { "posix_threads" }, mounts = { { at = "/dev", dev = {} } } },
		route = { service "LOG" { parent } },
	},
}
exited { "posix_threads", code = 0 }

local report = log "posix_threads"
local count = select(2, report:gsub("%f[^\n\0]ok %d+ %- ", ""))
assert(not report:find "not ok" and report:find(("1..%d\n"):format(count), 1, true))
print(("all %d properties of threads, signals and timers hold"):format(count))
