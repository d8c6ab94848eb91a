-- SPDX-License-Identifier: MIT
-- capos advise SCRIPT: runs a scenario and says what `ram` and `caps` its components need: what they
-- needed at most in this run, and a margin. With --write the script's numbers become those.

local budget = require "budget"
local failure = require "failure"
local files = require "files"
local options = require "options"
local processes = require "processes"
local state_report = require "state_report"

local specification = {
	build = { "value", "where the build is (build)" },
	margin = { "number", "percent on top of what was needed (25)" },
	write = { "flag", "write the numbers into the script" },
}

local function read(path)
	local file = io.open(path, "rb")
	local text = file and file:read("a")
	if file then
		file:close()
	end
	return text
end

local function run(script, build, name)
	local status, text = processes.run { "/proc/self/exe", "run", script, "--build", build, "--name", name,
		"--state", "--quiet" }
	if status ~= 0 then
		failure.throw("missing", script .. " does not pass, so it says nothing of what is needed",
			nil, { text })
	end
end

-- All children of all inits that have reported, by their paths.
local function children_of(directory)
	local found = {}
	for _, name in ipairs(assert(files.list(directory))) do
		local parent = name:match("^state%.(.+)$") or name == "state" and ""
		local report = parent and state_report.decode(read(directory .. "/" .. name), directory)
		for _, child in ipairs(report and report.children or {}) do
			found[#found + 1] = { path = parent .. (parent == "" and "" or ".") .. child.name,
				parent = parent, name = child.name, budget = child.budget }
		end
	end
	-- those within others first: an init needs what its children need
	table.sort(found, function(left, right) return left.path > right.path end)
	return found
end

-- What an init has given to its children is part of what it needs.
local function add_to_parent(children, child, ram, caps)
	for _, parent in ipairs(children) do
		if parent.path == child.parent then
			parent.children_ram = (parent.children_ram or 0) + ram
			parent.children_caps = (parent.children_caps or 0) + caps
		end
	end
end

return options.guarded("advise", function(arguments)
	local found, scripts = options.parse("advise", "SCRIPT", specification, arguments)
	if not found then
		return 0
	elseif #scripts ~= 1 then
		failure.throw("usage", "wants one script; `capos advise --help` lists the options")
	end
	local script, build = scripts[1], found.build or "build"
	local name = "advise." .. (script:match("([^/]+)%.lua$") or "script")
	local text = read(script)
	if not text then
		failure.throw("missing", script .. ": cannot be read")
	end
	run(script, build, name)
	print(("%-24s %9s %9s %9s   %6s %6s %6s"):format("", "ram", "needed", "advised", "caps", "needed", "advised"))
	local children = children_of(("%s/runs/%s"):format(build, name))
	for _, child in ipairs(children) do
		local ram, caps = budget.advised(child.budget, found.margin or 25)
		ram, caps = ram + (child.children_ram or 0), caps + (child.children_caps or 0)
		add_to_parent(children, child, ram, caps)
		print(("%-24s %9s %9s %9s   %6d %6d %6d"):format(child.path, budget.size(child.budget.ram),
			budget.size(child.budget.ram_peak), budget.size(ram), child.budget.caps, child.budget.caps_peak, caps))
		if found.write then
			local changed, problem = budget.write(text, child.name, ram, caps)
			text = changed or text
			if problem then
				print(("%-24s %s"):format("", problem))
			end
		end
	end
	if found.write then
		local file = assert(io.open(script, "wb"))
		file:write(text)
		file:close()
	end
end)
