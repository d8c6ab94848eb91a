-- SPDX-License-Identifier: MIT
-- capos trace SCRIPT…: who runs when in a scenario, instruction by instruction: BUILD/trace/NAME.json
-- for a viewer, and BUILD/trace/NAME.svg to look at.

local counter = require "counter"
local failure = require "failure"
local files = require "files"
local options = require "options"
local pool = require "pool"
local timeline = require "timeline"
local timeline_graph = require "timeline_graph"

local specification = {
	around = { "value", "draw only while this program lives" },
	build = { "value", "where the build is (build)" },
}

local function write(path, text)
	local file <close> = assert(io.open(path, "w"))
	file:write(text)
end

local function trace(build, script, around)
	local name = script:match("([^/]+)%.lua$") or script
	local job = { script = script, name = "trace." .. name, arguments = { "--count=timeline" } }
	if not pool.run({ job }, build, 1, function() end) then
		failure.throw("interrupt", "interrupted")
	elseif job.status ~= 0 then
		io.stderr:write(job.output)
		failure.throw("script", script .. " does not pass")
	end
	local result = counter.read(job.directory)
	local first, last = timeline_graph.span(result.slices, around)
	if not first then
		failure.throw("usage", ("%s: nothing of '%s' ran"):format(script, around))
	end
	local path = ("%s/trace/%s"):format(build, name)
	assert(files.make_directory(build .. "/trace"))
	write(path .. ".json", timeline.chrome(name, result.slices))
	write(path .. ".svg", timeline_graph.draw(script, result.slices, first, last))
	print(("%s.json: %d slices%s; ui.perfetto.dev or chrome://tracing shows it"):format(path, #result.slices,
		result.left_out > 0 and (", %d more left out"):format(result.left_out) or ""))
	print(path .. ".svg")
end

return options.guarded("trace", function(arguments)
	local found, scripts = options.parse("trace", "SCRIPT…", specification, arguments)
	if not found then
		return 0
	elseif #scripts == 0 then
		failure.throw("usage", "wants a script")
	end
	local build = found.build or "build"
	counter.require_plugin(build)
	for _, script in ipairs(scripts) do
		trace(build, script, found.around)
	end
end)
