-- SPDX-License-Identifier: MIT
-- A hole of nearly 4 GiB: 32 MiB of RAM below it, 64 MiB above 4 GiB. (The kernel counts frames up to the
-- highest one, holes included: 16 MiB here.) Who fills 70 MiB uses both sides.
boot {
	machine = { ram = "96M", args = { "-M", "max-ram-below-4g=32M" } },
	component "memory_filler" { ram = "70M", caps = 60 },
}
local free = tonumber(expect { pattern = "capOS kernel, (%d+) KiB free" })
assert(free > 72 * 1024 and free < 96 * 1024, free)
never "FAILED"
exited { "memory_filler", code = 0 }
