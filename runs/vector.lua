-- SPDX-License-Identifier: MIT
-- vector registers and FS base are a thread's own, across preemption and system calls
local children = {}
for i = 1, 3 do
	children[i] = component("vector" .. i) {
		binary = "vector", ram = "256K", caps = 20, route = { service "LOG" { parent } },
	}
end
boot(children)
never "registers changed"
never "another's registers"
for i = 1, 3 do
	exited { "vector" .. i, code = 0 }
end
