-- SPDX-License-Identifier: MIT
-- Budgets: what is advised, and how it comes into a script.

package.path = "runs/tool/lua/?.lua;tests/runs/tool/?.lua"

local budget = require "budget"
local unit = require "unit"
local equal, test = unit.equal, unit.test

test("sizes are written as policies write them", function()
	equal(budget.size(0), "0K")
	equal(budget.size(4096), "4K")
	equal(budget.size(4097), "5K")
	equal(budget.size(3 << 20), "3M")
end)

test("what is advised is what was needed and the margin, in whole pages", function()
	local ram, caps = budget.advised({ ram_peak = 81920, caps_peak = 20 }, 25)
	equal(ram, 102400)
	equal(caps, 25)
	ram, caps = budget.advised({ ram_peak = 81921, caps_peak = 21 }, 0)
	equal(ram, 86016)
	equal(caps, 21)
	equal(budget.advised({ ram_peak = 0, caps_peak = 0 }, 50), 0)
end)

test("the numbers of one component are written, and nothing else", function()
	local text = [[
boot {
	component "a" { ram = "1M", caps = 50 }, -- first
	component("b") { config = policy { component "c" { ram = "3M", caps = 9 } }, caps = 60, ram = "2M" },
}]]
	equal(budget.write(text, "a", 8192, 7), (text:gsub('"1M", caps = 50', '"8K", caps = 7')))
	equal(budget.write(text, "b", 8192, 7), (text:gsub('caps = 60, ram = "2M"', 'caps = 7, ram = "8K"')))
	equal(budget.write(text, "c", 1 << 20, 10), (text:gsub('"3M", caps = 9', '"1M", caps = 10')))
end)

test("what is not written there as numbers is left alone, and it is said why", function()
	local function refused(text, why)
		local changed, problem = budget.write(text, "a", 4096, 1)
		equal(changed, nil)
		equal(problem, "not changed: " .. why)
	end
	refused('component "b" { ram = "1M", caps = 1 }', "no component { } of this name stands in the script")
	refused('component "a" { ram = "1M", caps = 1 } component "a" { }', "several of this name stand in the script")
	refused('component "a" { ram = size, caps = 1 }', "ram and caps do not stand there as numbers")
	refused('component "a" { ram = "1M", caps = n }', "ram and caps do not stand there as numbers")
	refused('component "a" { spare_ram = "1M", caps = 1 }', "ram and caps do not stand there as numbers")
end)

unit.finish()
