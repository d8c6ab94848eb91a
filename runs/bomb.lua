-- SPDX-License-Identifier: MIT
-- Trees of inits, six generations deep, two children each: built, torn down and built again, twenty times, by
-- policies of which only the root's version differs. Some are complete when they go, most are still growing. In
-- the end every byte and every capability is where it was.
local generations, rounds = 6, 20

-- The policy of an init whose children are such trees, as source; the last generation does some work.
local function tree(generation, version)
	if generation == 1 then
		return ([[component "leaf" { binary = "ticker", ram = "256K", caps = 40, version = %d,
			config = { ticks = 5, period_ms = 1 } }]]):format(version), 256, 40
	end
	local inner, ram, caps = tree(generation - 1, 0)
	ram, caps = 2 * ram + 768, 2 * caps + 100
	return ([[component "root" { binary = "init", ram = "%dK", caps = %d, version = %d,
		config = policy { default_route = { any_service { parent } }, %s, %s } }]])
		:format(ram, caps, version, inner, (inner:gsub('^component "(%a+)"', 'component "second"'))), ram, caps
end

local steps = {}
for round = 1, rounds do
	-- a little longer each time: the first are killed at their root's start, the last when they have grown
	steps[round] = { after_ms = round > 1 and 2 * round or nil,
		content = ("return policy { version = %d, default_route = { any_service { parent } }, %s }")
			:format(round, (tree(generations, round))) }
end

boot {
	machine = { ram = "128M" },
	within = 60,
	binaries = { "ticker" },
	component "rounds" {
		binary = "dynamic_rom", ram = "4M", caps = 80, provides = { "ROM" },
		config = { roms = { { name = "tree", steps = steps } } },
	},
	component "bomb" {
		binary = "init", ram = "48M", caps = 10000, config_rom = "tree",
		route = { service "ROM" { label_last = "tree", child "rounds" }, any_service { parent } },
	},
}

for round = 1, rounds do
	happened "configured" { "bomb", version = round }
end
local path = "bomb"
for _ = 1, generations - 1 do
	path = path .. " -> root"
end
exited { path .. " -> leaf", code = 0 }
