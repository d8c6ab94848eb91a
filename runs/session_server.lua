-- SPDX-License-Identifier: MIT
-- A server and the lives of its sessions: each has a state of its own; a server that exits is gone for all its
-- clients at once; one that leaves a request unanswered, or hangs, holds up those who wait for it and
-- nobody else. Whoever is refused or left goes on.

local function step(action)
	return function(session, more)
		local all = { action = action, session = session }
		for name, value in pairs(more or {}) do
			all[name] = value
		end
		return all
	end
end
local open, close, hold, leave, hang = step "open", step "close", step "hold", step "leave", step "hang"
local function add(session, value, sum)
	return { action = "add", session = session, value = value, sum = sum }
end
local function pause(ms)
	return { action = "pause", value = ms }
end

local clients = {}
local function client(name)
	return function(at, steps)
		clients[#clients + 1] = name
		return component(name) {
			binary = "echo_client", ram = "768K", caps = 300, config = { steps = steps },
			route = { service "Echo" { child(at) } },
		}
	end
end

local function server(name)
	return component(name) {
		binary = "echo_server", ram = "1M", caps = 200, provides = { "Echo" },
		config = { name = name, unanswered = "never" },
	}
end

-- More sessions than init can have calls in flight; their server hangs, then their client exits.
local crowd = {}
for i = 1, 24 do
	crowd[i] = open("s" .. i)
end
crowd[#crowd + 1] = hang "s1"
crowd[#crowd + 1] = pause(1)

boot {
	server "good",
	server "mortal",
	server "lazy",
	server "stuck",

	-- several sessions side by side
	client "many" ("good", { open "a", open "b", add("a", 5, 5), add("b", 1, 1), add("a", 2, 7), close "a",
		add("b", 1, 2), open "a", add("a", 1, 1), close "b", close "a" }),
	client "another" ("good", { open "a", add("a", 100, 100), add("a", 1, 101), close "a" }),

	-- the server exits while one client waits for an answer and another does nothing
	client "waiting" ("mortal", { open "a", add("a", 1, 1), hold("a", { status = "gone" }),
		open("b", { status = "gone" }), close "a" }),
	client "resting" ("mortal", { open "a", pause(20), { action = "add", session = "a", status = "gone" },
		close "a" }),
	client "killer" ("mortal", { open "a", pause(10), leave("a", { value = 5, status = "gone" }), close "a" }),

	-- requests that are not answered: whoever made them waits until the server goes; others are served,
	-- at this server as long as it has not too many in hand, elsewhere anyway
	client "ignored" ("lazy", { open("never", { status = "gone" }), open("a", { status = "gone" }) }),
	client "served" ("lazy", { open "a", add("a", 1, 1), pause(10), add("a", 1, 2),
		leave("a", { status = "gone" }) }),

	-- a server that hangs with sessions open: nobody hears of it any more, and init goes on
	client "crowd" ("stuck", crowd),
	client "late" ("good", { pause(20), open "a", add("a", 3, 3), close "a" }),
	client "later" ("good", { pause(30), open "a", add("a", 4, 4), close "a" }),
}
never "FAILED"

for _, name in ipairs(clients) do
	exited { name, code = 0 }
end
exited { "mortal", code = 5 }
exited { "lazy", code = 0 }
expect "[init -> stuck] hangs"
