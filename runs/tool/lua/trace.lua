-- SPDX-License-Identifier: MIT
-- capos trace SCRIPT…: who runs when in a scenario, instruction by instruction: BUILD/trace/NAME.json.

local counter = require "counter"
local failure = require "failure"
local files = require "files"
local options = require "options"
local pool = require "pool"
local timeline = require "timeline"

local specification = {
	build = { "value", "where the build is (build)" },
}

local function trace(build, script)
	local name = script:match("([^/]+)%.lua$") or script
	local job = { script = script, name = "trace." .. name, arguments = { "--count=timeline" } }
	if not pool.run({ job }, build, 1, function() end) then
		failure.throw("interrupt", "interrupted")
	elseif job.status ~= 0 then
		io.stderr:write(job.output)
		failure.throw("script", script .. " does not pass")
	end
	local result = counter.read(job.directory)
	local path = ("%s/trace/%s.json"):format(build, name)
	assert(files.make_directory(build .. "/trace"))
	local file <close> = assert(io.open(path, "w"))
	file:write(timeline.chrome(name, result.slices))
	print(("%s: %d slices%s; ui.perfetto.dev or chrome://tracing shows it"):format(path, #result.slices,
		result.left_out > 0 and (", %d more left out"):format(result.left_out) or ""))
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
		trace(build, script)
	end
end)
