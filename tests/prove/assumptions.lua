-- SPDX-License-Identifier: MIT
-- That nothing is assumed in silence: what contracts admit is listed in the README, an admitted lemma
-- is refuted by no word of the machine, and each contract belongs to a function that is proved.

package.path = arg[0]:match("^(.*)/") .. "/?.lua;" .. package.path
local units = require "units"

local failed = false

local function report(...)
	failed = true
	print(...)
end

local function content(path)
	local file <close> = assert(io.open(path))
	return file:read "a"
end

-- Whether z3 finds words that contradict the lemma.
local function refuted(lemma)
	local pipe <close> = assert(io.popen("z3 tests/prove/" .. lemma .. ".smt2 2>&1"))
	return pipe:read "l" ~= "unsat"
end

local proved = {}
for _, unit in pairs(units) do
	for _, name in ipairs(unit.functions) do
		proved[name] = true
	end
end

local readme = content "tests/prove/README.md"
for path in io.lines() do
	local text = content(path)

	for name in text:gmatch "%f[%w]admit%s+lemma%s+([%w_]+)" do
		if refuted(name) then
			report(path .. ": the lemma " .. name .. " does not hold")
		end
	end
	for name in text:gmatch "%f[%w]admit[%s%l]-([%w_]+):" do
		if not readme:find("`" .. name .. "`", 1, true) then
			report(path .. ": the README does not list " .. name)
		end
	end
	if text:find "%f[%w]axiom" then
		report(path .. ": an axiom")
	end
	for name in text:gmatch "\n/%*@\n.-\n%*/\n%a[^\n;{(]-([%w_]+)%(" do
		if not proved[name] then
			report(path .. ": no unit proves the contract of " .. name)
		end
	end
end
os.exit(not failed)
