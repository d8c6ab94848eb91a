-- SPDX-License-Identifier: MIT
-- A file server gives two POSIX programs a part of its tree each. One tries to read more than that in
-- every way there is, and to take more than its quota; the other may only read. A third is denied.
local server_mounts = {
	{ at = "/", ram = { size = "1M" }, import = {
		{ at = "/secret", text = "the secret of the server" },
		{ at = "/bob/diary", text = "the secret of another" },
		{ at = "/doc/motd", text = "welcome" },
		{ at = "/alice/notes", text = "hers" },
	} },
	{ at = "/alice/planted", symlink = { target = "/secret" } },
	{ at = "/alice/above", bind = { path = "/doc" } },
}

local function client(name, label, argument)
	return component(name) {
		binary = "posix_confined", ram = "4M", caps = 200,
		config = {
			args = { "posix_confined", argument },
			mounts = {
				{ at = "/home", fs = { label = label } },
				{ at = "/view", bind = { path = "/home" }, read_only = true },
				{ at = "/proc", proc = {} },
				{ at = "/dev", dev = {} },
			},
		},
		route = {
			service "File_system" { child "files" },
			service "LOG" { parent },
		},
	}
end

boot {
	component "files" {
		binary = "vfs_server", ram = "8M", caps = 300, provides = { "File_system" },
		config = {
			mounts = server_mounts,
			policies = {
				{ label_prefix = "alice", label_suffix = "home", root = "/alice", writeable = true, quota = "512K" },
				{ label = "reader -> doc", root = "/doc" },
			},
		},
	},
	client("alice", "home"),
	client("reader", "doc", "reader"),
	client("stranger", "home"),
}
exited { "stranger", code = 127 }
exited { "reader", code = 0 }
exited { "alice", code = 0 }
assert((log "stranger"):find("posix: cannot start: not to be had: /home", 1, true))

local report = log "alice" .. log "reader"
local count = select(2, report:gsub("%f[^\n\0]ok %d+ %- ", ""))
assert(not report:find "not ok" and select(2, report:gsub("1%.%.%d+\n", "")) == 2)
print(("all %d properties of what is given and what is not hold"):format(count))
