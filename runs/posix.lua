-- SPDX-License-Identifier: MIT
-- A POSIX program in plain C proves the system calls, and comes to all the ends a program can
-- come to. Each line it prints is one property; repos/test/app/posix_calls has the source.
local function program(name, more)
	return component(name) {
		binary = "posix_calls", ram = more.ram or "2M", caps = 160, may_fault = more.may_fault,
		config = {
			args = { "posix_calls", more[1], more[2] },
			mounts = {
				{ at = "/boot", rom = {} },
				{ at = "/tmp", ram = { size = "256K" } },
				{ at = "/small", ram = { size = "64K" } },
				{ at = "/large", ram = { size = "18M" } },
				{ at = "/dev", dev = {} },
			},
		},
		route = {
			service "ROM" { label = "posix_calls", parent },
			service "LOG" { parent },
		},
	}
end

boot {
	program("calls", { ram = "24M" }),
	program("exits", { "exit", "7" }),
	program("exits_far", { "exit", "300" }), -- of which eight bits are told
	program("aborts", { "abort" }),
	program("faults", { "fault", may_fault = true }),
}
exited { "calls", code = 0 }
exited { "exits", code = 7 }
exited { "exits_far", code = 300 % 256 }
exited { "aborts", code = 128 + 6 }
faulted { "faults", address = 8 }

local report = log "calls"
local count = select(2, report:gsub("%f[^\n\0]ok %d+ %- ", ""))
assert(not report:find "not ok" and report:find(("1..%d\n"):format(count), 1, true))
-- what stdio still holds is written, and a line without an end comes out
assert(log "exits" == "unfinished line, last words\n")
print(("all %d properties of the system calls hold"):format(count))
