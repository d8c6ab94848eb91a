-- SPDX-License-Identifier: MIT
-- Files as ROMs: a server that reads them from a file server when somebody asks, and keeps what has room. Requests
-- for what is not there yet wait, each answered when its file has come, or is known not to come.
local numbers = {}
for i = 1, 30000 do
	numbers[i] = tostring(i)
end
local large = table.concat(numbers, "\n") .. "\n" -- more than the buffer between the two servers holds

local function watcher(name, file)
	return component(name) {
		binary = "config_watcher", ram = "256K", caps = 40, config_rom = file,
		route = { service "ROM" { label = file, child "file_rom" }, any_service { parent } },
	}
end

local function wc(name)
	return component(name) {
		binary = "busybox", ram = "1M", caps = 80,
		config = { args = { "wc", "/boot/large" }, mounts = { { at = "/boot", rom = {} }, { at = "/dev", dev = {} } } },
		route = {
			service "ROM" { label = "large", child "file_rom" { resource = "doc/deep/large" } },
			service "LOG" { parent },
		},
	}
end

boot {
	files = { large = { text = large } },
	component "files" {
		binary = "vfs_server", ram = "8M", caps = 300, provides = { "File_system" },
		route = { service "ROM" { label = "large", parent }, service "LOG" { parent } },
		config = {
			mounts = { { at = "/", ram = { size = "2M" }, import = {
				{ at = "/doc/motd", text = "welcome" }, { at = "/doc/empty", text = "" },
				{ at = "/doc/deep/large", rom = "large" },
			} } },
			policies = { { root = "/" } },
		},
	},
	component "file_rom" {
		ram = "2M", caps = 200, provides = { "ROM" }, config = { cache = 1000 },
		route = { service "File_system" { child "files" }, service "LOG" { parent } },
	},
	watcher("first", "doc/motd"), watcher("second", "doc/motd"), watcher("empty", "doc/empty"),
	wc "counts", wc "counts_too",
	-- none of these is a file
	watcher("missing", "doc/nothing"), watcher("beyond", "doc/motd/more"), watcher("directory", "doc/deep"),
	watcher("above", "doc/../doc/motd"), watcher("absolute", "/doc/motd"), watcher("nameless", "doc/"),
}
expect_all { "[init -> first] welcome", "[init -> second] welcome", "[init -> empty] " }
for _, name in ipairs { "missing", "beyond", "directory", "above", "absolute", "nameless" } do
	exited { name, code = 1 }
end
exited { "counts", code = 0 }
exited { "counts_too", code = 0 }
local wanted = host { "wc", input = large }:gsub("%s+", " ")
for _, name in ipairs { "counts", "counts_too" } do
	local lines, words, bytes = log(name):match "(%d+)%s+(%d+)%s+(%d+)"
	identical { (" %s %s %s "):format(lines, words, bytes), wanted }
end
