-- SPDX-License-Identifier: MIT
-- The demo's policy. init evaluates it on the target.
--
--   init
--     log_filter       serves LOG: passes lines on, with its client's name in front
--     shop             an init of its own, which knows nothing but its parent
--       report         the Lua interpreter, linked with libcapos-posix
--
-- All that the shop and its children can reach stands here: LOG at the filter, the files by
-- name, and the sessions a component is made of.

local report = component "report" {
	binary = "lua", ram = "1M", caps = 60,
	config = {
		args = { "lua", "/boot/report.lua", "/boot/GPL-3" },
		mounts = {
			{ at = "/boot", rom = {} },
			{ at = "/tmp", ram = { size = "64K" } },
			{ at = "/dev", dev = {} },
		},
	},
	route = {
		service "ROM" { label = "report.lua", parent },
		service "ROM" { label = "GPL-3", parent },
		service "LOG" { parent },
	},
}

return policy {
	component "log_filter" {
		ram = "256K", caps = 40, provides = { "LOG" },
		config = { drop = { "debug:" }, summary = true },
		route = { service "LOG" { parent } },
	},
	component "shop" {
		binary = "init", ram = "2M", caps = 140,
		config = policy { report },
		route = {
			service "LOG"   { child "log_filter" },
			service "ROM"   { label_last = "secret", deny },
			service "ROM"   { parent },
			service "PD"    { parent },
			service "CPU"   { parent },
			service "Event" { parent },
		},
	},
}
