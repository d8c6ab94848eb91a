-- SPDX-License-Identifier: MIT
-- Proves one unit: main.lua BUILD UNIT. Prints its row of the table, or on stderr what is not proved.

package.path = arg[0]:match("^(.*)/") .. "/?.lua;" .. package.path
local frama_c = require "frama_c"
local units = require "units"

local STEPS = 1000000 -- several times what the hardest goal takes

local build, name = arg[1], arg[2]
local unit = assert(units[name], "no such unit")
local row = { goals = 0, proved = 0, seconds = 0 }

local function fail(result, reason)
	io.stderr:write(result.log, name, ": ", reason, "\n")
	os.exit(1)
end

local function prove(what)
	local start = os.time()
	local result = frama_c.run(build, ".", unit.file, what, STEPS)

	row.seconds = row.seconds + os.time() - start
	row.goals = row.goals + result.goals
	row.proved = row.proved + result.proved
	if not result.done then
		fail(result, "Frama-C has failed")
	elseif result.goals == 0 or result.proved ~= result.goals then
		fail(result, ("%d of %d goals proved"):format(result.proved, result.goals))
	end
	return result
end

local result = prove("-wp-fct " .. table.concat(unit.functions, ","))
if #result.unspecified > 0 then
	fail(result, "no contract for " .. table.concat(result.unspecified, ", "))
end
for _, wanted in ipairs(unit.functions) do
	if not result.functions[wanted] then
		fail(result, "there is no function " .. wanted)
	end
end
if unit.lemmas then
	prove "-wp-prop @lemma"
end

print(("%s %s %d %d %d %d"):format(name, unit.file, #unit.functions, row.goals, row.proved, row.seconds))
