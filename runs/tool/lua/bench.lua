-- SPDX-License-Identifier: MIT
-- capos bench: runs the scenarios of runs/bench and compares what they count.
--
-- A component reports a figure as a line `bench ID VALUE UNIT`, on the console or as an event;
-- sizes and start-up are taken from the hello scenario. Four figures stand beside each: what the peers need
-- (peers.json), what we want to reach (its goal), what must hold already (limits.json)
-- and what it was before (counts.json). Counts repeat exactly, so that more than one
-- in a hundred is a regression; an improvement is written down by --update.

local failure = require "failure"
local files = require "files"
local json = require "json"
local options = require "options"
local pool = require "pool"
local processes = require "processes"

local specification = {
	build = { "value", "where the build is (build)" },
	jobs = { "number", "how many at a time (1)", short = "j" },
	update = { "flag", "write the counts down as those to hold" },
}

local FOLDER = "runs/bench"
local HELLO = "runs/hello.lua"
local RAM_MIB_MAX = 16
local WALL_ROUNDS = 5
local TOLERANCE, TOLERANCE_COUNTS = 1.01, 2
local not_compared = { ms = true } -- a host's time is no count

local function read(path)
	local file <close> = io.open(path, "rb")
	return file and file:read("a")
end

local function read_json(name)
	local path = FOLDER .. "/" .. name
	local text = read(path)
	local ok, value = pcall(json.decode, text or "{}")
	if not ok then
		failure.throw("missing", path .. ", " .. value)
	end
	return value
end

-- ---- where figures come from ------------------------------------------------------

local function run_jobs(jobs, found, on_done)
	local completed = pool.run(jobs, found.build, found.jobs, on_done)
	if not completed then
		failure.throw("interrupt", "interrupted")
	end
end

local figure_forms = {
	["console.log"] = "bench ([%w_.]+) ([%d.]+) (%S+)[^\n]*\n",
	["events.log"] = "event bench [^|\n]*|([%w_.]+) ([%d.]+) (%S+)[^\n]*\n",
}

local function collect(job, figures)
	for name, form in pairs(figure_forms) do
		for id, value, unit in (read(job.directory .. "/" .. name) or ""):gmatch(form) do
			figures[id] = { value = tonumber(value), unit = unit }
		end
	end
end

local function run_scenarios(found, figures, failures)
	local jobs = {}
	for _, name in ipairs(files.list(FOLDER) or {}) do
		if name:match("%.lua$") then
			jobs[#jobs + 1] = {
				script = FOLDER .. "/" .. name,
				name = "bench." .. name:match("(.*)%.lua$"),
			}
		end
	end
	table.sort(jobs, function(a, b) return a.name < b.name end)
	run_jobs(jobs, found, function(job)
		if job.status ~= 0 then
			failures[#failures + 1] = job.name .. ": " .. failure.kind_of(job.status)
			print((job.output:gsub("\n$", "")))
		end
		collect(job, figures)
	end)
end

local function hello_job(suffix, ...)
	return { script = HELLO, name = "bench.hello" .. suffix, arguments = { ... } }
end

-- The smallest machine hello runs in.
local function measure_ram(found, figures)
	local least
	for mib = RAM_MIB_MAX, 1, -1 do
		local job = hello_job(".ram", "--ram", mib .. "M", "--timeout-scale", "0.2")
		run_jobs({ job }, found, function() end)
		if job.status ~= 0 then
			break
		end
		least = mib
	end
	if least then
		figures["machine.min_mib"] = { value = least, unit = "MiB" }
	end
end

-- From the start of QEMU to the first line of a component; the median of some rounds.
local function measure_start(found, figures)
	local times = {}
	for _ = 1, WALL_ROUNDS do
		local job = hello_job("")
		run_jobs({ job }, found, function() end)
		if job.status ~= 0 then
			return false, job.output
		end
		collect(job, figures)
		local result = read(job.directory .. "/result") or ""
		times[#times + 1] = tonumber(result:match("first_line_ms (%d+)"))
	end
	table.sort(times)
	if #times > 0 then
		figures["boot.wall_ms"] = { value = times[#times // 2 + 1], unit = "ms" }
	end
	return true
end

local function measure_sizes(found, figures)
	local kernel, directory = found.build .. "/kernel.elf", found.build .. "/runs/bench.hello"
	local stripped = directory .. "/kernel.stripped"
	local status = processes.run { "strip", "-o", stripped, kernel }
	local archive = files.size(directory .. "/boot.archive")
	if status == 0 and archive then
		figures["image.bytes"] = { value = archive + files.size(stripped), unit = "bytes" }
	end
	local sized, text = processes.run { "size", kernel }
	if sized == 0 then
		local bytes = tonumber(text:match("\n%s*(%d+)"))
		figures["kernel.text_bytes"] = { value = bytes, unit = "bytes" }
	end
end

local function run_hello(found, figures, failures)
	if not files.size(HELLO) then
		return
	end
	local ok, output = measure_start(found, figures)
	if not ok then
		failures[#failures + 1] = "hello does not pass, so that nothing can be measured on it"
		print((output:gsub("\n$", "")))
		return
	end
	measure_sizes(found, figures)
	measure_ram(found, figures)
end

-- ---- comparing --------------------------------------------------------------------

-- What is to be said about a figure, and whether that is a failure.
local function verdict(figure, before, goal, limit)
	if limit and figure.value > limit then
		return ("over the limit of %.0f"):format(limit), true
	elseif not_compared[figure.unit] then
		return "", false
	elseif before and figure.value > math.max(before * TOLERANCE, before + TOLERANCE_COUNTS) then
		return ("was %.0f: +%.1f %%"):format(before, 100 * (figure.value / before - 1)), true
	elseif before and figure.value < before then
		return ("was %.0f: better, see --update"):format(before), false
	elseif not before then
		return "new, see --update", false
	end
	return goal and figure.value > goal and "above the goal" or "", false
end

local function cell(value)
	if type(value) == "number" then
		local text = ("%.0f"):format(value):reverse():gsub("(%d%d%d)", "%1,"):reverse()
		return (text:gsub("^,", ""))
	end
	return value or ""
end

local row = "%-20s %12s %-12s %12s %12s %12s %12s  %s"

local function sorted_ids(figures)
	local ids = {}
	for id in pairs(figures) do
		ids[#ids + 1] = id
	end
	table.sort(ids)
	return ids
end

local function compare(figures, failures)
	local peers, limits = read_json("peers.json"), read_json("limits.json")
	local counts = read_json("counts.json")
	print(row:format("id", "capOS", "unit", "goal", "Genode", "seL4", "Linux", ""))
	for _, id in ipairs(sorted_ids(figures)) do
		local figure, peer = figures[id], peers[id] or {}
		local remark, failed = verdict(figure, counts[id], peer.goal, limits[id])
		if failed then
			failures[#failures + 1] = ("%s is %s: %s"):format(id, cell(figure.value), remark)
		end
		print((row:format(id, cell(figure.value), figure.unit, cell(peer.goal), cell(peer.genode),
			cell(peer.sel4), cell(peer.linux), remark):gsub("%s+$", "")))
	end
end

local function write_file(path, text)
	local file, problem = io.open(path, "w")
	if not file then
		failure.throw("missing", problem)
	end
	file:write(text)
	file:close()
end

local function update(figures)
	local counts = read_json("counts.json")
	for id, figure in pairs(figures) do
		if not not_compared[figure.unit] then
			counts[id] = figure.value
		end
	end
	write_file(FOLDER .. "/counts.json", json.encode(counts))
	print("written to " .. FOLDER .. "/counts.json")
end

return options.guarded("bench", function(arguments)
	local found, rest = options.parse("bench", "", specification, arguments)
	if not found then
		return 0
	elseif #rest > 0 then
		failure.throw("usage", ("no argument '%s' is known"):format(rest[1]))
	end
	found.build = found.build or "build"
	found.jobs = math.max(1, found.jobs or 1) // 1

	local figures, failures = {}, {}
	run_scenarios(found, figures, failures)
	run_hello(found, figures, failures)
	write_file(found.build .. "/bench.json", json.encode(figures))
	if found.update then
		update(figures)
	end
	compare(figures, failures)
	if #failures > 0 then
		local message = ("%d figures or scenarios fail"):format(#failures)
		failure.throw("regression", message, nil, failures)
	end
end)
