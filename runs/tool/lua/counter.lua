-- SPDX-License-Identifier: MIT
-- Counter: what a machine executes, instruction by instruction, by the plugin that QEMU loads.
--
-- The plugin (plugin/plugin.c) writes counted.txt into the directory of a run. It is an
-- extra: where QEMU takes no plugins, everything else works as before.

local failure = require "failure"
local files = require "files"
local processes = require "processes"

local counter = {}

local STATUS_PROBED = 33

local function plugin_path(build)
	return build .. "/host/counter.so"
end

-- Whether counting is possible; else nil and why not.
function counter.available(build)
	local status, output = processes.run({ "qemu-system-x86_64", "-M", "none", "-display", "none",
		"-plugin", plugin_path(build) .. ",probe=on" }, { seconds = 20 })
	if status == STATUS_PROBED then
		return true
	end
	return nil, ((output or "no QEMU"):match("[^\n]+") or "no reason given")
end

-- What is counted: the rows that the guest marks, all as one row, the kernel's ways alone, or who runs when.
counter.modes = { rows = "", all = ",whole=on", kernel = ",kernel=on", timeline = ",timeline=on" }

-- What QEMU is told, for a run in `directory` of the programs that are among `members`.
function counter.argument(build, directory, members, mode)
	local list = { ("kernel %s/kernel.elf %s/kernel.elf"):format(build, build) }
	for _, member in ipairs(members) do
		if member.path and not member.name:find("%s") and not member.path:find("%s") then
			list[#list + 1] = ("%s %s %s/components/%s.debug"):format(member.name, member.path, build,
				member.path:match("[^/]+$"))
		end
	end
	os.remove(directory .. "/counted.txt") -- an earlier run's
	local path = directory .. "/images.txt"
	local file <close> = assert(io.open(path, "w"))
	file:write(table.concat(list, "\n"), "\n")
	local kernel <close> = assert(io.open(directory .. "/counted.kernel", "w"))
	kernel:write((files.hash(build .. "/kernel.elf")))
	return ("%s,images=%s,out=%s/counted.txt%s"):format(plugin_path(build), path, directory,
		counter.modes[mode])
end

-- ---- what came out -----------------------------------------------------------------

local line_forms = {
	row = function(result, rest)
		local id, divisor = rest:match("^(%S+) (%d+)$")
		if id then
			result.rows[id] = { divisor = tonumber(divisor), counts = {}, stacks = {} }
		end
		result.current = result.rows[id]
	end,
	count = function(result, rest)
		local name, count = rest:match("^(%S+) (%d+)$")
		if result.current and name then
			result.current.counts[name] = tonumber(count)
		end
	end,
	stack = function(result, rest)
		local count, functions = rest:match("^(%d+) (.+)$")
		if result.current and count then
			table.insert(result.current.stacks, { count = tonumber(count), functions = functions })
		end
	end,
	slice = function(result, rest)
		local image, first, last, what = rest:match("^(%S+) (%d+) (%d+) (%S*)$")
		if image then
			table.insert(result.slices, { image = image, first = tonumber(first), last = tonumber(last),
				what = what })
		end
	end,
	["left-out"] = function(result, rest)
		result.left_out = tonumber(rest)
	end,
	covered = function(result, rest)
		result.covered[tonumber(rest, 16)] = true
	end,
}

local function stretch(result, kind, rest)
	local count, entry, functions = rest:match("^(%d+) (%S+) ?(.*)$")
	result[kind] = { instructions = tonumber(count), entry = entry, functions = functions }
end

-- rows by id: { divisor, counts by name, stacks = { { count, functions = "image:function;…" } } };
-- boot, stretch and audit: { instructions, entry, functions }; covered: the set of kernel addresses;
-- slices: { image, first, last in instructions, what }, and how many are left out.
function counter.parse(text)
	local result = { rows = {}, covered = {}, slices = {}, left_out = 0 }
	for kind, rest in text:gmatch("(%S+) ([^\n]*)\n") do
		local form = line_forms[kind]
		if form then
			form(result, rest)
		elseif kind == "boot" or kind == "stretch" or kind == "audit" then
			stretch(result, kind, rest)
		end
	end
	return result
end

-- Of a run in `directory`; nil where nothing was counted.
function counter.read(directory)
	local file <close> = io.open(directory .. "/counted.txt")
	return file and counter.parse(file:read("a"))
end

local function content(path)
	local file <close> = io.open(path)
	return file and file:read("a")
end

-- Of the run `name` in the last counted test, which must have been one of this kernel.
function counter.require_run(build, name)
	local directory = ("%s/runs/%s"):format(build, name)
	local result, kernel = counter.read(directory), content(directory .. "/counted.kernel")
	if not result then
		failure.throw("missing", name .. " has not been counted; see `capos test --count=kernel`")
	elseif kernel ~= files.hash(build .. "/kernel.elf") then
		failure.throw("missing", name .. " has been counted with another kernel")
	end
	return result
end

-- The instructions of each function itself: "image:function" -> count.
function counter.functions(row)
	local functions = {}
	for _, stack in ipairs(row.stacks) do
		local name = stack.functions:match("[^;]+$")
		functions[name] = (functions[name] or 0) + stack.count
	end
	return functions
end

function counter.require_plugin(build)
	local ok, why = counter.available(build)
	if not ok then
		failure.throw("missing", "QEMU does not take the counting plugin: " .. why)
	end
end

return counter
