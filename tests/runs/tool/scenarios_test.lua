-- SPDX-License-Identifier: MIT
-- Runs each scenario of scenarios/ against the fake kernel and compares what the tool
-- makes of it with the comments at the scenario's head: `verdict:` names the exit
-- status, each `says:` a part of the report; `options:` are further ones of `capos run`.
--
--     lua5.4 scenarios_test.lua CAPOS BUILD SCENARIO…

local capos, build = arg[1], arg[2]

package.path = "runs/tool/lua/?.lua"
local failure = require "failure"

local function read(path)
	local file <close> = assert(io.open(path))
	return file:read("a")
end

-- Only who is to run out of time gets little of it: a slow host fails no other.
local function run(path, loader, expected, options)
	local scale = expected == "timeout" and 0.01 or 1
	local command = ("%s run %s --build %s --loader %s --timeout-scale %s %s 2>&1"):format(capos, path,
		build, loader, scale, options)
	local pipe = io.popen(command)
	local output = pipe:read("a")
	local _, _, status = pipe:close()
	return status, output
end

local failed = 0
for i = 3, #arg do
	local path = arg[i]
	local text = read(path)
	local loader = text:match("%-%- loader: (%S+)") or "qemu"
	local expected = text:match("%-%- verdict: (%S+)")
	local status, output = run(path, loader, expected, text:match("%-%- options: ([^\n]+)") or "")
	local verdict = status == 0 and "pass" or failure.kind_of(status)
	local problems = {}
	if verdict ~= expected then
		problems[1] = ("verdict %s, expected %s"):format(verdict, expected)
	end
	for fragment in text:gmatch("%-%- says: ([^\n]+)") do
		if not output:find(fragment, 1, true) then
			problems[#problems + 1] = "does not say: " .. fragment
		end
	end
	if #problems > 0 then
		failed = failed + 1
		print(("%s:\n  %s\n%s"):format(path, table.concat(problems, "\n  "), output))
	end
end
print(("%d scenarios as they should be, %d not"):format(#arg - 2 - failed, failed))
os.exit(failed == 0)
