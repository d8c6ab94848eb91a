-- SPDX-License-Identifier: MIT
-- A POSIX program looks at what its mount table makes of a few file systems: views, unions, marks,
-- links, imports, and itself. repos/test/app/posix_vfs has the source.
boot {
	component "vfs" {
		binary = "posix_vfs", ram = "8M", caps = 160,
		config = {
			args = { "posix_vfs" },
			mounts = {
				{ at = "/data", ram = { size = "4M" }, import = {
					{ at = "/etc/motd", text = "welcome\n" },
					{ at = "/bin/posix_vfs", rom = "posix_vfs" },
					{ at = "/front/both", text = "front" },
					{ at = "/front/first", text = "1" },
					{ at = "/etc/both", text = "back" },
				} },
				{ at = "/etc", bind = { path = "/data/etc" } },
				{ at = "/frozen", bind = { path = "/data/etc" }, read_only = true },
				{ at = "/plain", bind = { path = "/data/bin" }, no_exec = true },
				{ at = "/united", bind = { path = "/frozen" } },
				{ at = "/united", bind = { path = "/data/front" }, place = "before" },
				{ at = "/motd", symlink = { target = "etc/motd" } },
				{ at = "/proc", proc = {} },
				{ at = "/dev", dev = {} },
			},
		},
		route = { service "ROM" { label = "posix_vfs", parent }, service "LOG" { parent } },
	},
}
exited { "vfs", code = 0 }
local report = log "vfs"
local count = select(2, report:gsub("%f[^\n\0]ok %d+ %- ", ""))
assert(not report:find "not ok" and report:find(("1..%d\n"):format(count), 1, true))
print(("all %d properties of the mount table hold"):format(count))
