-- SPDX-License-Identifier: MIT
-- The policies of init/README.md, each evaluated by an init of its own.
local files, inits = {}, {}
for _, name in ipairs { "first", "served", "functions", "supervised", "town" } do
	inits[#inits + 1] = component(name) {
		binary = "init", ram = "10M", caps = 800, config = { policy = name .. ".lua" }, route = { any_service { parent } },
	}
end
for _, name in ipairs { "first", "served", "functions", "supervised", "town", "shop", "log" } do
	files[name .. ".lua"] = ("runs/guide/%s.lua"):format(name)
end

boot {
	machine = { ram = "128M" },
	files = files, inits,
	binaries = { "hello", "log_filter", "counter", "counter_client" },
}
step "what they say, in whatever order"
expect_all {
	"[init -> first -> hello] good morning",
	"[init -> served -> log_filter] [counter] till counted to 3",
	"[init -> functions -> odd] customer1 -> main counted to 3",
	"[init -> functions -> even] customer2 -> main counted to 3",
	"[init -> functions -> odd] customer3 -> main counted to 3",
	{ from = "functions", text = 'customer4 -> Counter "main" denied by the rule\'s function' },
	"[init -> town -> shop -> counter] regular -> known main counted to 3",
	"[init -> town -> shop -> counter] guest counted to 3",
	{ from = "town -> shop", text = 'export of Counter "stranger -> main" denied: no rule matches' },
}

step "what becomes of them"
exited { "first -> hello", code = 0 }
exited { "served -> customer", code = 0 }
for number, code in ipairs { 0, 0, 0, 1 } do
	exited { "functions -> customer" .. number, code = code }
end
exited { "supervised -> customer", code = 0 }
happened "parked" { "supervised -> hopeless", restarts = 2 }
exited { "town -> regular", code = 0 }
exited { "town -> guest", code = 0 }
exited { "town -> stranger", code = 1 }
