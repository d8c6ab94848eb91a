-- SPDX-License-Identifier: MIT
-- Pipes, FIFOs, Unix sockets, poll, select, epoll and the files that stand for events, proved by a program in plain C.
-- Each line it prints is one property; repos/test/app/posix_events has the source.
boot {
	component "posix_events" {
		ram = "4M", caps = 200,
		config = {
			args = { "posix_events" },
			mounts = { { at = "/tmp", ram = { size = "256K" } }, { at = "/dev", dev = {} } },
		},
		route = { service "LOG" { parent } },
	},
}
exited { "posix_events", code = 0 }

local report = log "posix_events"
local count = select(2, report:gsub("%f[^\n\0]ok %d+ %- ", ""))
assert(not report:find "not ok" and report:find(("1..%d\n"):format(count), 1, true))
print(("all %d properties of pipes, sockets and events hold"):format(count))
