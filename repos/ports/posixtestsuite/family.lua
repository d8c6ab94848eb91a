-- SPDX-License-Identifier: MIT
-- One family of the Open POSIX test suite (port.mk puts its name here): each of its cases runs as a process of its
-- own, and the verdicts are those that are known. What passed may not fail.
local family, build = "@FAMILY@", "@BUILD@"

local interfaces, cases = {}, {}
for interface, case in host { "cat", build .. "/result/" .. family .. ".cases" }:gmatch "(%S+) (%S+)\n" do
	if not interfaces[interface] then
		interfaces[interface], interfaces[#interfaces + 1] = true, interface
	end
	cases[#cases + 1] = interface .. " " .. case
end

local files = { cases = { text = table.concat(cases, "\n") .. "\n" } }
for _, interface in ipairs(interfaces) do
	files[interface] = build .. "/capos/" .. interface
end

boot {
	files = files,
	machine = { ram = "512M" },
	within = 3600,
	component "case_runner" {
		ram = "192M", caps = 4000,
		config = {
			args = { "case_runner", "/boot", "20", "/boot/cases" },
			mounts = {
				{ at = "/boot", rom = {} }, { at = "/tmp", ram = { size = "4M" } },
				{ at = "/dev", dev = {} }, { at = "/dev/shm", ram = { size = "4M" } }, { at = "/proc", proc = {} },
			},
		},
		route = { service "ROM" { parent }, service "LOG" { parent } },
	},
}
exited { "case_runner", code = 0 }
