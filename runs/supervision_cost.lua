-- SPDX-License-Identifier: MIT
-- A child that faults as soon as it starts, again and again, costs its siblings next to nothing: the same client
-- opens and closes sessions beside one and without one, and the medians are compared.
local function composition(name, more)
	return component(name) {
		binary = "init", ram = "5M", caps = 400, route = { any_service { parent } },
		config = policy {
			component "bench_server" { ram = "1M", caps = 100, provides = { "Bench" },
				route = { any_service { parent } } },
			component "client" { binary = "bench", ram = "512K", caps = 80,
				config = { suite = "session", delay_ms = 1, id = name },
				route = { service "Bench" { child "bench_server" }, any_service { parent } } },
			more,
		},
	}
end

boot {
	may_fault = { "shaken -> loop" },
	composition("calm"),
	composition("shaken", component "loop" {
		binary = "crasher", ram = "256K", caps = 30, config = { how = "divide_by_zero" },
		route = { any_service { parent } }, restart = { limit = 16, window = "100s", backoff = "200us" },
	}),
}
never "FAILED"
local function cost(name)
	exited { name .. " -> client", code = 0 }
	return tonumber(log(name .. " -> client"):match "bench %S+ (%d+)")
end
local calm, shaken = cost "calm", cost "shaken"
assert(shaken <= calm * 1.1, ("%d instead of %d"):format(shaken, calm))
for count = 1, 3 do
	happened "restarting" { "shaken -> loop", count = count }
end
