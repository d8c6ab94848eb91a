-- SPDX-License-Identifier: MIT
-- What a script has done to a component by the hands of its parent, and what the others see of it: faults, a hang, an
-- unasked end, a budget that is gone, a session closed under its client. At the first init and at an inner one.

local function server(name, more)
	local fields = { binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" },
		config = { name = name }, route = { any_service { parent } } }
	for key, value in pairs(more or {}) do
		fields[key] = value
	end
	return component(name)(fields)
end

local function client(name, at, lost)
	return component(name) {
		binary = "asker", ram = "256K", caps = 60, config = { questions = { { label = "a" } }, linger = true },
		route = { service "Echo" { lost = lost, child(at) }, service "LOG" { parent } },
	}
end

boot {
	server("faults", { restart = { limit = 3, window = "1000000s", backoff = "1ms" } }),
	client("returns", "faults", "reconnect"),
	client("begins_anew", "faults", "restart"),
	client("loses", "faults"),
	server "alone",
	server("hangs", { heartbeat = { every = "1s", missed = 2 }, restart = { limit = 1, backoff = "1ms" } }),
	server "hoarded",
	component "inner" {
		binary = "init", ram = "4M", caps = 300, route = { any_service { parent } },
		config = policy { server("deep", { restart = { limit = 1, backoff = "1ms" } }) },
	},
}
never { from = "returns", text = "FAILED" }

local function child_of(name)
	return report().children[name]
end
local function state_of(name)
	return child_of(name).state
end
local function session_of(name)
	for _, session in ipairs(child_of(name).sessions) do
		if session.service == "Echo" then
			return session.state
		end
	end
end
local function comes_to_be(wanted, of, name)
	eventually(("%s is %s"):format(name, wanted), function() return of(name) == wanted end)
end

step "a session is closed under its client"
for _, name in ipairs { "loses", "returns", "begins_anew" } do
	comes_to_be("open", session_of, name)
	drop { name, service = "Echo", label = "a" }
end
comes_to_be("dead", session_of, "loses")
happened "restarting" { "begins_anew", count = 1 }
comes_to_be("open", session_of, "returns")
comes_to_be("open", session_of, "begins_anew")

step "a server faults"
inject { "faults", fault = "null_write" }
faulted { "faults", kind = "page-not-present", address = 0, access = "write" }
happened "restarting" { "faults", count = 1 }
comes_to_be("open", session_of, "returns")
inject { "faults", fault = "divide" }
faulted { "faults", kind = "divide" }
happened "restarting" { "faults", count = 2 }
comes_to_be("open", session_of, "returns")

step "it is ended"
inject { "faults", fault = "kill" }
happened "restarting" { "faults", count = 3 }
comes_to_be("open", session_of, "returns")
inject { "faults", fault = "kill" }
happened "parked" { "faults", restarts = 3 }
comes_to_be("dead", session_of, "returns")
inject { "alone", fault = "kill" }
check(state_of "alone" == "failed", "nobody begins it anew")
check(child_of("alone").reason == "killed by the test driver", "the report says why")

step "it hangs"
comes_to_be("running", state_of, "hangs")
inject { "hangs", fault = "hang" }
happened "stuck" { "hangs", missed = 2 }
happened "restarting" { "hangs", count = 1 }
comes_to_be("running", state_of, "hangs")

step "its budget is gone"
comes_to_be("running", state_of, "hoarded")
local before = child_of("hoarded").budget
check(before.ram_used < before.ram and before.caps_used < before.caps, "it has something to lose")
inject { "hoarded", fault = "hoard" }
local after = child_of("hoarded").budget
check(after.ram == after.ram_used + after.ram_donated, "nothing is left of its RAM")
check(after.caps == after.caps_used + after.caps_donated, "and of its capabilities")
inject { "hoarded", fault = "null_write" } -- which its parent pays for
faulted { "hoarded", kind = "page-not-present", address = 0 }

step "an inner init does it as well"
inject { "inner -> deep", fault = "divide" }
faulted { "inner -> deep", kind = "divide" }
happened "restarting" { "inner -> deep", count = 1 }
