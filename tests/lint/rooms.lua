-- SPDX-License-Identifier: MIT
-- Rooms and who may include what of whom. A table, so that it can be read as the rule it is.

local rooms = {}

-- Longest prefix wins.
local prefixes = {
	["base-kernel/"] = "kernel",
	["base-kernel/abi/"] = "abi",
	["repos/base/"] = "base",
	["core/"] = "core",
	["core/platform/"] = "core platform",
	["init/"] = "init",
	["init/interface/"] = "plan",
	["init/plan/"] = "plan",
	["init/lua/"] = "policy",
	["posix/"] = "posix",
	["posix/musl/"] = "musl",
	["repos/os/"] = "os",
	["repos/ports/"] = "ports",
	["repos/demo/"] = "demo",
	["repos/test/"] = "test components",
	["runs/"] = "runs",
	["runs/tool/"] = "tool",
	["tests/"] = "tests",
}

-- What each room may see beside itself.
local sees = {
	["kernel"] = { "abi" },
	["abi"] = {},
	["base"] = { "abi" },
	["core"] = { "base", "core platform" },
	["core platform"] = { "base", "core", "abi" },
	["init"] = { "base", "plan", "policy", "ports" },
	["plan"] = { "base" },
	["policy"] = { "base", "plan", "ports" },
	["posix"] = { "base", "os" },
	["musl"] = { "posix" },
	["os"] = { "base" },
	["ports"] = { "base", "os", "posix" },
	["demo"] = { "base", "os" },
	["test components"] = { "abi", "base", "os", "plan", "policy" }, -- they attack and measure the kernel
	["tool"] = { "base", "plan", "policy" },
}

local sees_all = { ["tests"] = true, ["runs"] = true }

-- What all may see: the value types that every interface is made of, and the methods of kernel
-- objects, which are called like those of any component.
local common = {
	["base-kernel/abi/cap.h"] = true,
	["base-kernel/abi/status.h"] = true,
	["base-kernel/interface/kernel.capnp"] = true,
}

-- Each one needs its reason.
local exceptions = {
	{ "tool", "base-kernel/abi/boot_archive.h", "it writes what the kernel reads" },
	{ "tool", "base-kernel/abi/event.h", "it is the other end of the event channel" },
	{ "test components", "init/libc/libc.h", "one of them evaluates policies, as init does" },
	{ "core", "base-kernel/abi/event.h", "its Event and Log services are the near end of the channel" },
}

function rooms.of(path)
	local best, room = 0, nil
	for prefix, name in pairs(prefixes) do
		if path:sub(1, #prefix) == prefix and #prefix > best then
			best, room = #prefix, name
		end
	end
	return room
end

local function excepted(room, path)
	for _, exception in ipairs(exceptions) do
		if exception[1] == room and exception[2] == path then
			return true
		end
	end
	return false
end

-- nil, or why the file may not include the other.
function rooms.refusal(from, to)
	local mine, theirs = rooms.of(from), rooms.of(to)
	if mine == theirs or sees_all[mine] or common[to] or excepted(mine, to) then
		return nil
	end
	for _, room in ipairs(sees[mine] or {}) do
		if room == theirs then
			return nil
		end
	end
	return ("%s may not see %s (%s)"):format(mine or from, theirs or to, to)
end

return rooms
