-- SPDX-License-Identifier: MIT
-- children out of a loop, and a function that decides where each of them is served
local function counter(name, limit)
	return component(name) {
		binary = "counter", ram = "512K", caps = 60, provides = { "Counter" }, config = { limit = limit },
		route = { service "LOG" { parent } },
	}
end

local function decide(request)
	local number = tonumber(request.child:match "%d+")
	if number == 4 then
		return nil -- is denied
	end
	return number % 2 == 0 and child "even" or child "odd"
end

local customers = {}
for number = 1, 4 do
	customers[number] = component("customer" .. number) {
		binary = "counter_client", ram = "256K", caps = 20,
		route = {
			service "Counter" { choose { child "even", child "odd", by = decide } },
			include "log.lua",
		},
	}
end

return policy { counter("even", 10), counter("odd", 20), customers }
