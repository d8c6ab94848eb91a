-- SPDX-License-Identifier: MIT
-- A ROM whose content depends on another's: by day one policy of an inner init, by night another; and a text for
-- those who only want to be told. Only who has another content now hears of a change.
local function policy_of(version, name)
	return ('return policy { version = %d, component %q { binary = "hello", ram = "256K", caps = 20, ' ..
		'route = { service "LOG" { parent } } } }'):format(version, name)
end

boot {
	files = { ["day.lua"] = { text = policy_of(1, "shop") }, ["night.lua"] = { text = policy_of(2, "guard") } },
	binaries = { "hello" },
	component "clock" {
		binary = "dynamic_rom", ram = "512K", caps = 60, provides = { "ROM" },
		config = { roms = { { name = "mode", steps = {
			{ content = "sun: up\nnight\n" }, { content = "sun: down\nnight", after_ms = 20 },
			{ content = "sun: up\nday", after_ms = 20 },
		} } } },
	},
	component "rom_filter" {
		ram = "512K", caps = 100, provides = { "ROM" },
		config = { roms = {
			{ name = "policy", choices = { { input = "mode", line = "sun: down", rom = "night.lua" }, { rom = "day.lua" } } },
			{ name = "lamp", choices = {
				{ input = "mode", line = "nigh", content = "a line is compared as a whole" },
				{ input = "mode", line = "night", content = "on" }, { input = "none", line = "", content = "from nowhere" },
			} },
		} },
		route = { service "ROM" { label = "mode", child "clock" }, service "ROM" { label = "none", deny },
			service "ROM" { parent }, service "LOG" { parent } },
	},
	component "inner" {
		binary = "init", ram = "4M", caps = 400, config_rom = "policy",
		route = { service "ROM" { label = "policy", child "rom_filter" }, any_service { parent } },
	},
	component "lamp" {
		binary = "config_watcher", ram = "256K", caps = 40, config_rom = "lamp",
		route = { service "ROM" { label = "lamp", child "rom_filter" }, any_service { parent } },
	},
	component "stranger" {
		binary = "config_watcher", ram = "256K", caps = 40, config_rom = "other",
		route = { service "ROM" { label = "other", child "rom_filter" }, any_service { parent } },
	},
}
expect "none is taken for empty: denied"
happened "configured" { "inner", version = 1 }
exited { "inner -> shop", code = 0 }
exited { "stranger", code = 1 }

step "night"
happened "configured" { "inner", version = 2 }
happened "removed" { "inner -> shop" }
exited { "inner -> guard", code = 0 }

step "day again, and the lamp goes out; it was not told of anything between"
happened "configured" { "inner", version = 1 }
exited { "inner -> shop", code = 0 }
expect { from = "lamp", pattern = "^on$" }
expect { from = "lamp", pattern = "^$" }
assert(log "lamp" == "on\n\n")
