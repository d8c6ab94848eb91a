-- SPDX-License-Identifier: MIT
-- what a policy has to give the smallest component that still says something
local ram, caps = 256 * 1024, 40 -- plenty: whoever asks for more is given it, which would not count

boot {
	component "hello" { ram = ram, caps = caps, route = { service "LOG" { parent } } },
}
local ended = exited { "hello", code = 0 }

-- What it has at its end is what it was given without what it lent to its sessions.
local function needed(given, usage)
	local used, limit = usage:match("^(%d+)/(%d+)$")
	return given - limit + used
end

figure("component.ram_bytes", needed(ram, ended.ram), "bytes")
figure("component.caps", needed(caps, ended.caps), "caps")
