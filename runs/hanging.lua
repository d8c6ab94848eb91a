-- SPDX-License-Identifier: MIT
-- Servers that leave requests unanswered, many of them, with many requests each: whoever waits for them
-- waits, and nobody else. Up to 16 requests are in a server's hands at once, so the sixteenth is answered
-- before fifteen others; what comes beyond is asked in order, once there is room.
local hanging = 10

local function server(name, more)
	local fields = { binary = "echo_server", ram = "1M", caps = 200, provides = { "Echo" },
		config = { name = name, unanswered = "never" } }
	for key, value in pairs(more or {}) do
		fields[key] = value
	end
	return component(name)(fields)
end

local function asker(name, at, config)
	return component(name) {
		binary = "asker", ram = "768K", caps = 300, config = config,
		route = at and { service "Echo" { child(at) } } or { any_service { parent } },
	}
end

local crowd = {}
for i = 1, hanging do
	crowd[#crowd + 1] = { server("hung" .. i),
		asker("waits" .. i, "hung" .. i, { questions = { { label = "never", count = 16 } }, answers = 1 }) }
end

boot {
	crowd,
	-- fifteen that are not answered, and one that is; then its client exits, and the server is asked by others
	server "lazy",
	asker("many", "lazy", { questions = { { label = "never", count = 15 }, { label = "now" } }, answers = 1 }),
	-- a server that can't pay for more places than the first ones is asked a few at a time
	server("poor", { ram = "104K", caps = 60 }),
	asker("few", "poor", { questions = { { label = "never", count = 2 }, { label = "now" } }, answers = 1, linger = true }),

	-- in the meantime
	server "good",
	component "client" {
		binary = "echo_client", ram = "104K", caps = 60, route = { service "Echo" { child "good" } },
		config = { steps = { { action = "pause", value = 20 }, { action = "open", session = "a" },
			{ action = "add", session = "a", value = 3, sum = 3 }, { action = "close", session = "a" } } },
	},
	-- by way of the parent as well
	component "inner" {
		binary = "init", ram = "5M", caps = 720,
		route = { service "Echo" { label_suffix = "good", child "good" }, service "Echo" { child "hung1" },
			any_service { parent } },
		config = policy {
			asker("stuck1", nil, { questions = { { label = "never", count = 16 } } }),
			asker("stuck2", nil, { questions = { { label = "never", count = 16 } } }),
			component "through" {
				binary = "echo_client", ram = "104K", caps = 60, route = { any_service { parent } },
				config = { steps = { { action = "pause", value = 20 }, { action = "open", session = "good" },
					{ action = "close", session = "good" } } },
			},
		},
	},
}
never "FAILED"
never { from = "few", pattern = "now" }
exited { "client", code = 0 }
exited { "inner -> through", code = 0 }
exited { "many", code = 0 }
expect "[init -> many] number 16, now: ok"
