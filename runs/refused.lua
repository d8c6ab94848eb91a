-- SPDX-License-Identifier: MIT
-- Inits that get a wrong policy: each says what is wrong, in the very lines that `capos check` has for it on
-- the host (the golden files of tests/init/diagnostics), starts nothing and exits. Binary plans that are
-- none are refused as well.
local folder = "tests/init/diagnostics/"

-- of those without a "-- check:" line, which an init could not be told
local policies = { "bytecode", "cycle", "endless_loop", "include_error", "several_at_once",
	"too_many_findings", "unknown_child" }

local no_plan = "config: error: this is no plan of this version of init\n"
local lines = {
	late = "late.lua:5: error: component 'late': unknown field 'cap' (did you mean 'caps'?)\n"
		.. "late.lua:5: error: component 'late': caps is missing, e.g. caps = 60\n",
	nowhere = 'config: error: the ROM "nowhere.lua" with the policy can\'t be had\n',
	truncated = no_plan,
	garbage = no_plan,
}
local plans = {
	truncated = string.pack("<I4I2I2", 0, 2, 12) .. ("\0"):rep(24), -- its root says: 14 words
	garbage = string.pack("<I4I4", 0, 0xffffffff) .. ("\xa5"):rep(200),
}

local files = {
	["include/wrong.lua"] = folder .. "include/wrong.lua",
	["late.lua"] = "runs/policy/late.lua",
}
local inits = {}

local function inner(name, config, config_rom)
	inits[#inits + 1] = component(name) {
		binary = "init", ram = "5M", caps = 260, route = { any_service { parent } },
		config = config, config_rom = config_rom,
	}
end

for _, name in ipairs(policies) do
	files[name .. ".lua"] = folder .. name .. ".lua"
	lines[name] = host { "cat", folder .. name .. ".expected" }
	inner(name, { policy = name .. ".lua" })
end
inner("late", { policy = "late.lua" })
inner("nowhere", { policy = "nowhere.lua" })
for _, name in ipairs { "truncated", "garbage" } do
	files[name] = { text = plans[name] }
	inner(name, nil, name)
end

boot { files = files, binaries = { "hello" }, inits }
never "good morning"

for name, expected in pairs(lines) do
	refused { name }
	exited { name, code = 1 }
	identical { log(name), expected }
end
