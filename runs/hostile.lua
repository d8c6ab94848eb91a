-- SPDX-License-Identifier: MIT
-- Two components attack the kernel, core, init and servers with all they have: every method of the schemas, with
-- arguments made up by type, every kind of a ring's entries; one of them serves badly, too. An honest one beside them
-- does its work, pays what it always pays, waits no longer than promised, and never fails.
--
-- The same again, or more of it: `capos run runs/hostile.lua --set seed=7,calls=1000000`. `make fuzz` does.
local seed, calls = setting("seed", 1), setting("calls", 100000) -- of each

local function hostile(name, number)
	return component(name) {
		binary = "hostile",
		ram = "6M",
		caps = 500,
		priority = 2,
		provides = name == "server" and { "Trap" } or {},
		config = { seed = seed + number, calls = calls, serve = name == "server" },
		route = {
			service "ROM" { label = "shared", child "report_rom" },
			service "File_system" { child "files" },
			service "Report" { child "report_rom" },
			any_service { parent },
		},
	}
end

boot {
	reserve = { ram = "2M", caps = 400 }, -- or the attackers would ask for all that init opens sessions with
	component "files" {
		binary = "vfs_server", ram = "8M", caps = 300, priority = 1, provides = { "File_system" },
		config = {
			mounts = { { at = "/", ram = { size = "1M" }, import = { { at = "/doc/motd", text = "welcome" } } } },
			policies = { { label_suffix = "files", root = "/", writeable = true, quota = "256K" } },
		},
	},
	component "report_rom" {
		ram = "512K", caps = 80, provides = { "ROM", "Report" },
		config = { roms = {
			{ name = "shared", report = "hostile -> report", content = "nothing yet", size_max = 4096 },
			{ name = "other", report = "server -> report", size_max = 4096 },
		} },
	},
	component "steady" {
		ram = "256K",
		caps = 40,
		config = { cycles = calls // 30, pause_us = 2000 },
		route = { service "ROM" { label = "shared", child "report_rom" }, any_service { parent } },
	},
	hostile("hostile", 0),
	hostile("server", 1),
	component "prey" { ram = "1M", caps = 200, route = { service "Trap" { child "server" }, any_service { parent } } },
	within = 60 + calls // 10000,
	tags = { "slow" },
}
never { from = "steady", pattern = "FAILED" }

expect { from = "hostile", text = ("seed %d, %d calls"):format(seed, calls) }
expect { text = "calls made", count = 2 } -- nobody has left before
-- ... and after that sessions are still opened, for the same price
expect { from = "steady -> cycle", text = "still served", count = 2 }
local open, call, wake = expect { from = "steady", pattern = "at most (%d+) ticks for a session, (%d+) for a call, (%d+) ns" }
expect "[init -> steady] all cycles done, usage unchanged"
exited { "hostile", code = 0 }
exited { "server", code = 0 }
exited { "prey", code = 0 }
exited { "steady", code = 0 }

-- Who is more urgent than the attackers pays for the kernel's longest way and for what init, core and the servers
-- have begun for them, no more. A tick is an instruction.
check(tonumber(call) <= 5000, "a call takes what it always takes")
check(tonumber(wake) <= 500000, "a deadline is kept")
check(tonumber(open) <= 1500000, "a session is to be had")

step "coverage"
local never_accepted = {
	["Self.exit"] = "does not return",
	["Parent.exit"] = "would end the attack",
	["Platform.createIrq"] = "core alone holds the machine",
	["Platform.createIoPorts"] = "likewise",
	["Platform.createDeviceMemory"] = "likewise",
	["Platform.createBootMemory"] = "likewise",
	["Platform.audit"] = "likewise",
	["Platform.print"] = "likewise",
	["Platform.information"] = "likewise",
	["Platform.createContiguous"] = "likewise",
}
local seen, methods, refused = {}, {}, 0
for _, name in ipairs { "hostile", "server" } do
	for line in (log(name)):gmatch "[^\n]+" do
		local method, statuses = line:match "^([%u][%w]+%.%w+):(.*)$"
		if not method then
			method, statuses = line:match "^(ring %u+):(.*)$"
		end
		if method then
			methods[#methods + 1] = not seen[method] and method or nil
			seen[method] = seen[method] or {}
			for status in statuses:gmatch " ([%a ]-) %d+" do
				seen[method][status == "ok" and "accepted" or "refused"] = true
			end
		end
	end
end
check(#methods > 100, "both have told what they called")
-- What takes several rare things to be right may not have happened in a short run; in a million calls all has.
local missing = {}
for _, method in ipairs(methods) do
	if not seen[method].refused then
		missing[#missing + 1] = method .. " refused"
	elseif not seen[method].accepted and not never_accepted[method] then
		missing[#missing + 1] = method .. " accepted"
	end
	check(not seen[method].accepted or method == "Self.exit" or not never_accepted[method],
		method .. " is accepted, and need not be excused")
end
local list = table.concat(missing, ", ")
check(#missing <= (calls < 500000 and 4 or 0), "each is accepted and refused now and then, but: " .. list)
print(("%d methods and kinds of entries, each accepted and refused, but for what cannot be%s"):format(#methods,
	#missing > 0 and "; not seen: " .. list or ""))
