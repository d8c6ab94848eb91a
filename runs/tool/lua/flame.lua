-- SPDX-License-Identifier: MIT
-- capos flame [ROW|SCRIPT…]: draws where the instructions of a benchmark's row, or of a whole
-- scenario, go: BUILD/flame/NAME.svg.

local counter = require "counter"
local failure = require "failure"
local files = require "files"
local flame_graph = require "flame_graph"
local options = require "options"
local pool = require "pool"

local specification = {
	build = { "value", "where the build is (build)" },
}

local BENCHMARKS = "runs/bench"
local ROWS = { "ipc.call0", "session.cycle" }

local function run(build, job)
	if not pool.run({ job }, build, 1, function() end) then
		failure.throw("interrupt", "interrupted")
	elseif job.status ~= 0 then
		io.stderr:write(job.output)
		failure.throw("script", job.script .. " does not pass")
	end
	return counter.read(job.directory)
end

local function draw(build, name, title, row)
	local directory = build .. "/flame"
	local path = ("%s/%s.svg"):format(directory, name)
	assert(files.make_directory(directory))
	local file <close> = assert(io.open(path, "w"))
	file:write(flame_graph.draw(title, row.stacks))
	print(path)
end

local function draw_scenario(build, script)
	local name = script:match("([^/]+)%.lua$")
	local result = run(build, { script = script, name = "flame." .. name, arguments = { "--count=all" } })
	draw(build, name, script, result.rows.whole)
end

-- wanted: the set of ids; those found are taken out of it.
local function draw_rows(build, wanted)
	local names = files.list(BENCHMARKS) or {}
	table.sort(names)
	for _, name in ipairs(names) do
		if not next(wanted) then
			return
		elseif name:match("%.lua$") then
			local job = { script = BENCHMARKS .. "/" .. name, name = "flame." .. name:gsub("%.lua$", ""),
				arguments = { "--count=rows" } }
			for id, row in pairs(run(build, job).rows) do
				if wanted[id] then
					local of = row.divisor > 1 and (", %d times"):format(row.divisor) or ""
					draw(build, id, id .. of, row)
					wanted[id] = nil
				end
			end
		end
	end
	local id = next(wanted)
	if id then
		failure.throw("usage", ("no benchmark reports a row '%s'"):format(id))
	end
end

return options.guarded("flame", function(arguments)
	local found, names = options.parse("flame", "[ROW|SCRIPT…]", specification, arguments)
	if not found then
		return 0
	end
	local build = found.build or "build"
	counter.require_plugin(build)
	local wanted = {}
	for _, name in ipairs(#names > 0 and names or ROWS) do
		if name:match("%.lua$") then
			draw_scenario(build, name)
		else
			wanted[name] = true
		end
	end
	draw_rows(build, wanted)
end)
