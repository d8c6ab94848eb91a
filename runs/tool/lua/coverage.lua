-- SPDX-License-Identifier: MIT
-- capos coverage: which lines of the kernel were executed by the scenarios of the last
-- `capos test --count=kernel`, file by file, and which were not: BUILD/coverage.txt, and BUILD/coverage.html by room.
--
-- The kernel is the one that is delivered, optimised: a line counts when instructions stand for it in the debug
-- information, and is covered when one of them was executed. Lines that lead to a panic are left out. Others that
-- can't be reached are listed with the reason in uncovered.txt; fewer than LIMIT of the rest covered is a failure.

local counter = require "counter"
local coverage_page = require "coverage_page"
local failure = require "failure"
local options = require "options"
local processes = require "processes"
local scenarios = require "scenarios"

local specification = {
	build = { "value", "where the build is (build)" },
}

local LIMIT = 90 -- in a hundred
local EXCUSES = "runs/bench/uncovered.txt"
local PANIC_FILE = "/panic%.[ch]$"
local WHOLE_PROGRAM = "<artificial>" -- the unit of what is optimised together, until its first file is named

local function read_lines(path)
	local lines = {}
	local file <close> = io.open(path)
	for line in file and file:lines() or function() end do
		lines[#lines + 1] = line
	end
	return lines
end

-- ---- the debug information -----------------------------------------------------------

local function objdump(...)
	local status, output, truncated = processes.run { "objdump", ... }
	if status ~= 0 or truncated then
		failure.throw("missing", "objdump: " .. (output or "not found"):sub(1, 200))
	end
	return output
end

-- Sources of the compilation units, in the order in which their lines are listed.
local function unit_names(kernel)
	local names = {}
	for line in objdump("--dwarf=info", "--dwarf-depth=1", kernel):gmatch("[^\n]+") do
		local name = line:match("DW_AT_name%s*:.*[:%s](%S+)$")
		names[#names + 1] = name
	end
	return names
end

-- Answers a list of { first address, address behind it, set of "file:line" }, without gaps within a unit.
local function parse_lines(text, names)
	local ranges, unit, file, previous = {}, 0, nil, nil
	for line in text:gmatch("[^\n]+") do
		local heading = line:match("^([^%s].*):$")
		local number, address = line:match("^%S+%s+([%d-]+)%s+0x(%x+)")
		if line:find("^File name") then
			unit = unit + 1
			file, previous = names[unit], nil
		elseif heading then
			file = heading:find("/") and heading or names[unit]
		elseif address then
			address = tonumber(address, 16)
			if not previous or previous.first ~= address then
				if previous then
					previous.behind = address
				end
				previous = { first = address, behind = address, places = {} }
				ranges[#ranges + 1] = previous
			end
			if number == "-" then
				previous = nil
			elseif number ~= "0" and file ~= WHOLE_PROGRAM then
				previous.places[file .. ":" .. number] = true
			end
		end
	end
	return ranges
end

-- Lines with code: "file:line" -> whether it was executed.
local function lines_of(ranges, executed)
	local addresses = {}
	for address in pairs(executed) do
		addresses[#addresses + 1] = address
	end
	table.sort(addresses, math.ult)
	table.sort(ranges, function(a, b) return math.ult(a.first, b.first) end)
	local lines, at = {}, 1
	for _, range in ipairs(ranges) do
		while addresses[at] and math.ult(addresses[at], range.first) do
			at = at + 1
		end
		local covered = addresses[at] and math.ult(addresses[at], range.behind) or false
		for place in pairs(range.places) do
			lines[place] = lines[place] or covered
		end
	end
	return lines
end

local function executed_by_scenarios(build)
	local executed = {}
	for _, job in ipairs(scenarios.jobs { ["repeat"] = 1 }) do
		local result = counter.require_run(build, job.name)
		for address in pairs(result.covered) do
			executed[address] = true
		end
	end
	return executed
end

-- ---- what needs no cover --------------------------------------------------------------

-- The file of excuses: "# reason", then a path, then what is excused in that file: `name()`, a function, or
-- the text of a line. Answers for each path a list of { text }.
local function read_excuses()
	local excuses, path = {}, nil
	for _, line in ipairs(read_lines(EXCUSES)) do
		local text = line:match("^\t(.+)$")
		if text and path then
			excuses[path] = excuses[path] or {}
			table.insert(excuses[path], { text = text })
		elseif line ~= "" and line:sub(1, 1) ~= "#" then
			path = line
		end
	end
	return excuses
end

-- The lines of a function, from its head to the brace that closes it.
local function function_lines(source, name)
	local first
	for number, line in ipairs(source) do
		if not first and line:find("^%a") and line:find(name .. "(", 1, true) and not line:find(";$") then
			first = number
		elseif first and line:find("^}") then
			return first, number
		end
	end
	return 1, 0
end

-- For each line of a source the excuse that it has, if any.
local function excuses_of(source, list)
	local by_line = {}
	for _, excuse in ipairs(list or {}) do
		local name = excuse.text:match("^([%w_]+)%(%)$")
		local first, last = 1, #source
		if name then
			first, last = function_lines(source, name)
		end
		for number = first, last do
			if name or source[number]:gsub("^%s+", "") == excuse.text then
				by_line[number] = excuse
			end
		end
	end
	return by_line
end

local function panics(path, text)
	return path:find(PANIC_FILE) or text:find("panic") or text:find("assert%(")
end

local function new_file(path, excuses)
	local source = read_lines(path)
	return { lines = 0, covered = 0, panic = 0, excused = 0, uncovered = {}, state = {}, source = source,
		excuses = excuses_of(source, excuses[path]) }
end

-- files by path: { lines, covered, panic, excused, uncovered = { { number, text } }, state by number }
local function judge(lines, excuses)
	local files = {}
	for place, covered in pairs(lines) do
		local path, digits = place:match("^(.*):(%d+)$")
		local file = files[path] or new_file(path, excuses)
		local number = tonumber(digits)
		local text = (file.source[number] or ""):gsub("^%s+", "")
		files[path] = file
		if covered then
			file.lines, file.covered = file.lines + 1, file.covered + 1
			file.state[number] = "covered"
		elseif panics(path, text) then
			file.panic = file.panic + 1
			file.state[number] = "panic"
		elseif file.excuses[number] then
			file.excused, file.excuses[number].used = file.excused + 1, true
			file.state[number] = "excused"
		else
			file.lines = file.lines + 1
			file.state[number] = "uncovered"
			table.insert(file.uncovered, { number = number, text = text })
		end
	end
	return files
end

-- ---- telling it ------------------------------------------------------------------------

local form = "%-40s %6s %8s %7s %6s %8s"

local function percent(file)
	return file.lines == 0 and 100 or 100 * file.covered / file.lines
end

local function sorted_paths(files)
	local paths = {}
	for path in pairs(files) do
		paths[#paths + 1] = path
	end
	table.sort(paths)
	return paths
end

local function print_table(files)
	local all = { lines = 0, covered = 0, panic = 0, excused = 0 }
	print(form:format("file", "lines", "covered", "", "panic", "excused"))
	for _, path in ipairs(sorted_paths(files)) do
		local file = files[path]
		for name, count in pairs(all) do
			all[name] = count + file[name]
		end
		print(form:format(path, file.lines, file.covered, ("%.1f %%"):format(percent(file)), file.panic,
			file.excused))
	end
	print(form:format("all", all.lines, all.covered, ("%.1f %%"):format(percent(all)), all.panic, all.excused))
	return percent(all)
end

local function write_listing(files, path)
	local out <close> = assert(io.open(path, "w"))
	for _, source in ipairs(sorted_paths(files)) do
		local uncovered = files[source].uncovered
		table.sort(uncovered, function(a, b) return a.number < b.number end)
		for _, line in ipairs(uncovered) do
			out:write(("%s:%d: %s\n"):format(source, line.number, line.text))
		end
	end
	print("what is not covered: " .. path)
end

-- An excuse for what is covered after all, or no longer there.
local function unused(excuses)
	local list = {}
	for path, excused in pairs(excuses) do
		for _, excuse in ipairs(excused) do
			if not excuse.used then
				list[#list + 1] = ("%s: %s"):format(path, excuse.text)
			end
		end
	end
	table.sort(list)
	return list
end

return options.guarded("coverage", function(arguments)
	local found, rest = options.parse("coverage", "", specification, arguments)
	if not found then
		return 0
	elseif #rest > 0 then
		failure.throw("usage", ("no argument '%s' is known"):format(rest[1]))
	end
	local build = found.build or "build"
	local kernel = build .. "/kernel.elf"
	local ranges = parse_lines(objdump("--dwarf=decodedline", kernel), unit_names(kernel))
	local excuses = read_excuses()
	local files = judge(lines_of(ranges, executed_by_scenarios(build)), excuses)
	local covered = print_table(files)
	write_listing(files, build .. "/coverage.txt")
	coverage_page.write(build .. "/coverage.html", files)
	print("as a page, by room: " .. build .. "/coverage.html")
	for _, text in ipairs(unused(excuses)) do
		print(("%s can do without: %s"):format(EXCUSES, text))
	end
	if covered < LIMIT then
		failure.throw("regression", ("fewer than %d in a hundred lines are covered"):format(LIMIT))
	end
end)
