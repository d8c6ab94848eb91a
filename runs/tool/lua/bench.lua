-- SPDX-License-Identifier: MIT
-- capos bench: runs the scenarios of runs/bench and compares what they count.
--
-- A component reports a figure as a line `bench ID VALUE UNIT`, on the console or as an event;
-- sizes and start-up are taken from the hello scenario. What the machine executes between the
-- component's marks is counted beside (counter.lua). Four figures stand beside each: what the peers need
-- (peers.json), what we want to reach (its goal), what must hold already (limits.json)
-- and what it was before (counts.json, operations.json, functions.txt). Counts repeat
-- exactly, so that more than one in a hundred is a regression; an improvement is written down by --update.

local bench_table = require "bench_table"
local counter = require "counter"
local failure = require "failure"
local files = require "files"
local json = require "json"
local options = require "options"
local pool = require "pool"
local processes = require "processes"
local profile = require "profile"

local specification = {
	build = { "value", "where the build is (build)" },
	jobs = { "number", "how many at a time (1)", short = "j" },
	update = { "flag", "write the counts down as those to hold" },
}

local FOLDER = "runs/bench"
local HELLO = "runs/hello.lua"
local RAM_MIB_MAX = 16
local WALL_ROUNDS = 5

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

local function collect_counted(job, counted)
	local result = counter.read(job.directory)
	for id, row in pairs(result and result.rows or {}) do
		row.functions = counter.functions(row)
		counted[id] = row
	end
end

-- counted: nil where nothing is to be counted beside.
local function run_scenarios(found, figures, counted, failures)
	local jobs = {}
	for _, name in ipairs(files.list(FOLDER) or {}) do
		if name:match("%.lua$") then
			jobs[#jobs + 1] = {
				script = FOLDER .. "/" .. name,
				name = "bench." .. name:match("(.*)%.lua$"),
				arguments = counted and { "--count=rows" },
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
		if counted then
			collect_counted(job, counted)
		end
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

-- From the start of QEMU to the first line of a component: the least of some rounds, since whatever
-- else the host does only adds to it.
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
	if #times > 0 then
		figures["boot.wall_ms"] = { value = math.min(table.unpack(times)), unit = "ms" }
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

local function write_file(path, text)
	local file, problem = io.open(path, "w")
	if not file then
		failure.throw("missing", problem)
	end
	file:write(text)
	file:close()
end

-- What is written down: counts, operations and functions by id.
local function read_noted()
	return {
		counts = read_json("counts.json"),
		operations = read_json("operations.json"),
		functions = profile.decode(read(FOLDER .. "/functions.txt") or ""),
	}
end

local function update(figures, counted)
	local noted = read_noted()
	for id, figure in pairs(figures) do
		if not bench_table.not_compared[figure.unit] then
			noted.counts[id] = figure.value
		end
	end
	for id, row in pairs(counted) do
		noted.operations[id] = {}
		for _, name in ipairs(bench_table.gated) do
			noted.operations[id][name] = row.counts[name]
		end
		noted.functions[id] = row.functions
	end
	write_file(FOLDER .. "/counts.json", json.encode(noted.counts))
	write_file(FOLDER .. "/operations.json", json.encode(noted.operations))
	write_file(FOLDER .. "/functions.txt", profile.encode(noted.functions))
	print("written to " .. FOLDER)
end

-- Beside bench.json: what was counted for one operation of each row.
local function write_operations(build, counted)
	local rows = {}
	for id, row in pairs(counted) do
		rows[id] = {}
		for name, count in pairs(row.counts) do
			rows[id][name] = name:find("lines") and count or count // row.divisor
		end
	end
	write_file(build .. "/bench-operations.json", json.encode(rows))
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

	local figures, counted, failures = {}, {}, {}
	local counts, why = counter.available(found.build)
	if not counts then
		print("operations are not counted: " .. why)
	end
	run_scenarios(found, figures, counts and counted, failures)
	run_hello(found, figures, failures)
	write_file(found.build .. "/bench.json", json.encode(figures))
	write_operations(found.build, counted)
	if found.update then
		update(figures, counted)
	end
	bench_table.compare(figures, counted, read_json("peers.json"), read_json("limits.json"), read_noted(),
		failures)
	if #failures > 0 then
		local message = ("%d figures or scenarios fail"):format(#failures)
		failure.throw("regression", message, nil, failures)
	end
end)
