-- SPDX-License-Identifier: MIT
-- capos growth [SCRIPT]: runs a scenario with 10, 100 and 1,000 of what it has many of, and draws its figures.
--
-- The script says how many in a line `local count = N`. Each of its figures is for one of them, and so is the RAM that
-- init has in the end: where growth is linear or better the line does not rise. One that rises to more than
-- RISE_MAX times what it was, or beyond its limit in runs/bench/limits.json, is a failure.

local failure = require "failure"
local files = require "files"
local options = require "options"
local plot = require "plot"
local processes = require "processes"

local counts = { 10, 100, 1000 }
local RISE_MAX = 2.5 -- for ten times as many: some lists are walked

local specification = { build = { "value", "where the build is (build)" } }

local function read(path)
	local file <close> = io.open(path, "rb")
	if not file then
		failure.throw("missing", path .. ": cannot be read")
	end
	return file:read("a")
end

local function write(path, text)
	local file <close> = assert(io.open(path, "wb"))
	file:write(text)
end

-- Answers the figures of one run, { id, value, unit } in order.
local function measure(build, script, text, count)
	local name = ("growth.%d"):format(count)
	local path = ("%s/growth/%s.lua"):format(build, name)
	local changed, places = text:gsub("\nlocal count = %d+\n", ("\nlocal count = %d\n"):format(count), 1)
	if places == 0 then
		failure.throw("script", script .. ": has no line `local count = N`")
	end
	write(path, changed)
	local status, said = processes.run { "/proc/self/exe", "run", path, "--build", build, "--name", name, "--quiet" }
	if status ~= 0 then
		failure.throw("regression", ("%s does not pass with %d"):format(script, count), nil, { said })
	end
	local figures, alive = {}, 0
	local events = read(("%s/runs/%s/events.log"):format(build, name))
	for id, value, unit in events:gmatch("event bench script|(%S+) (%d+) ([^\n]+)") do
		figures[#figures + 1] = { id = id, value = tonumber(value), unit = unit }
	end
	for _ in events:gmatch("account init %-> child%d+|") do
		alive = alive + 1
	end
	if alive ~= count then
		failure.throw("regression", ("%d of %d children are alive at the end"):format(alive, count))
	end
	local ram = tonumber(events:match("account init|ram=(%d+)/"))
	figures[#figures + 1] = { id = "growth.init_ram", value = ram // count, unit = "bytes" }
	return figures
end

local function check(series, limits)
	local lines = {}
	for _, one in ipairs(series) do
		for i = 2, #one.values do
			if one.values[i] > one.values[i - 1] * RISE_MAX then
				lines[#lines + 1] = ("%s grows faster than what it is for: %d for one of %d, %d for one of %d"):format(
					one.id, one.values[i - 1], counts[i - 1], one.values[i], counts[i])
			end
		end
		local limit = limits[one.id]
		if limit and one.values[#counts] > limit then
			lines[#lines + 1] = ("%s: %d for one of %d, its limit is %d"):format(one.id, one.values[#counts],
				counts[#counts], limit)
		end
	end
	if #lines > 0 then
		failure.throw("regression", "growth is not linear", nil, lines)
	end
end

return options.guarded("growth", function(arguments)
	local found, scripts = options.parse("growth", "[SCRIPT]", specification, arguments)
	if not found then
		return 0
	end
	local build, script = found.build or "build", scripts[1] or "runs/growth.lua"
	assert(files.make_directory(build .. "/growth"))
	local text, series = read(script), {}
	for i, count in ipairs(counts) do
		for k, figure in ipairs(measure(build, script, text, count)) do
			series[k] = series[k] or { id = figure.id, unit = figure.unit, values = {} }
			series[k].values[i] = figure.value
		end
	end
	local form = "%-22s" .. (" %12s"):rep(#counts) .. "  "
	print(form:format("of how many", table.unpack(counts)))
	for _, one in ipairs(series) do
		print(form:format(one.id, table.unpack(one.values)) .. one.unit)
	end
	local picture = ("%s/growth/%s.svg"):format(build, script:match("([^/]+)%.lua$") or "growth")
	write(picture, plot.svg(script, counts, series))
	print("drawn in " .. picture)
	check(series, require("json").decode(read "runs/bench/limits.json"))
end)
