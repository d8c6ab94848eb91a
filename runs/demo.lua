-- SPDX-License-Identifier: MIT
-- The demo: init evaluates a policy on the machine itself, starts a log filter and an init of the
-- shop's own, and below that the upstream Lua interpreter makes a report out of a text. What it
-- writes has to be what the development machine's Lua writes for the same script and the same text.
local script, text = "runs/demo/report.lua", "/usr/share/common-licenses/GPL-3"

boot {
	policy = "runs/demo/shop.lua",
	files = { ["report.lua"] = script, ["GPL-3"] = text },
	loaders = { "grub", "qemu", "grub-efi" },
}
never "denied"
exited { "shop -> report", code = 0 }
local report = identical { log "shop -> report", host { "lua5.4", script, text } }
local _, lines = report:gsub("\n", "\n")
expect(("shop -> report wrote %d lines, 0 of them dropped"):format(lines))

print(("the target's report is the host's, byte for byte: %d lines, %d bytes"):format(lines,
	#report))
