-- SPDX-License-Identifier: MIT
-- Children that end unasked, or no longer answer: each is restarted as its policy says, later each time,
-- and parked when that does not help. What becomes of the sessions at a server that is restarted is for
-- their rules to say: gone, had anew, or the client begins anew as well. Siblings notice nothing.

local function step(action)
	return function(session, more)
		local all = { action = action, session = session }
		for name, value in pairs(more or {}) do
			all[name] = value
		end
		return all
	end
end
local open, close, leave, reconnect, hang = step "open", step "close", step "leave", step "reconnect", step "hang"
local function add(value, sum, status)
	return { action = "add", session = "a", value = value, sum = sum, status = status or "ok" }
end
local function pause(ms)
	return { action = "pause", value = ms }
end

local function server(name, more)
	local fields = { binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" },
		config = { name = name, fatal = "fatal" } }
	for key, value in pairs(more) do
		fields[key] = value
	end
	return component(name)(fields)
end

local function client(name, at, lost, steps)
	return component(name) {
		binary = "echo_client", ram = "256K", caps = 60, config = { steps = steps },
		route = { service "Echo" { lost = lost, child(at) } },
	}
end

boot {
	files = { no_program = { text = "this is no program\n" } },
	-- a fault each time it starts: three more lives within the window, then it is left alone
	component "loop" {
		binary = "crasher", ram = "256K", caps = 30, may_fault = true, config = { how = "divide_by_zero" },
		restart = { limit = 3, window = "10s", backoff = "10ms" },
	},
	-- an exit with 0 is no failure; a start that fails is one
	component "done" { binary = "hello", ram = "256K", caps = 20, restart = {}, route = { service "LOG" { parent } } },
	component "absent" { binary = "no_program", ram = "256K", caps = 20, restart = { limit = 1, backoff = "1ms" } },

	-- a server in use by four clients exits with a code that is not 0
	server("mortal", { restart = { limit = 5, backoff = "20ms" } }),
	client("loses", "mortal", nil, { open "a", add(1, 1), pause(60), add(1, 0, "gone"),
		reconnect("a", { status = "gone" }), close "a", open "a", add(3, 3), close "a" }),
	client("returns", "mortal", "reconnect", { open "a", add(5, 5), pause(10), add(1, 0, "gone"), reconnect "a",
		add(2, 2), reconnect "a", add(2, 4), close "a" }),
	client("late", "mortal", "reconnect", { open "a", add(5, 5), pause(60), reconnect "a", add(2, 2), close "a" }),
	client("closes", "mortal", "reconnect", { open "a", pause(10), close "a" }),
	client("follows", "mortal", "restart", { open "a", pause(80), add(1, 1), close "a" }),
	client("waits", "mortal", nil, { pause(12), open "a", add(4, 4), close "a" }),
	client("killer", "mortal", nil, { pause(5), open "a", leave("a", { value = 7, status = "gone" }), close "a" }),

	-- a server that hangs: its heartbeats remain unanswered
	server("slow", { heartbeat = { every = "5ms", missed = 2 }, restart = { limit = 1, backoff = "1ms" } }),
	client("patient", "slow", "reconnect", { open "a", hang "a", add(1, 0, "gone"), reconnect "a", add(6, 6),
		hang "a", add(1, 0, "gone"), reconnect("a", { status = "gone" }), close "a", open("a", { status = "gone" }) }),
	-- hung, but nobody is to restart it: that is reported, and it stays; its sessions are closed without it
	server("mute", { heartbeat = { every = "5ms", missed = 2 } }),
	client("presses", "mute", nil, { open "a", hang "a", close "a" }),
	client("leaves", "mute", nil, { open "a", pause(10) }),
	-- it works between two beats, and answers
	server("busy", { heartbeat = { every = "5ms", missed = 2 }, restart = { limit = 1 } }),
	client("uses", "busy", nil, { open "a", pause(40), add(1, 1), close "a" }),

	component "ticker" {
		ram = "256K", caps = 40, config = { ticks = 40, period_ms = 2 }, route = { service "Timer" { parent } },
	},
}
never "FAILED"
expect "[init] mute has not closed a session of presses within 2 heartbeats"
expect "[init] mute has not closed a session of leaves within 2 heartbeats"

for count = 1, 3 do
	happened "started" { "loop" }
	faulted { "loop", kind = "divide" }
	happened "restarting" { "loop", count = count, backoff_us = 10000 << count - 1 }
end
faulted { "loop" }
happened "parked" { "loop", restarts = 3 }
expect "[init] loop is parked: restarting it does not help"

exited { "done", code = 0 }
happened "failed" { "absent", step = "load" }
happened "restarting" { "absent", count = 1 }
happened "parked" { "absent" }

exited { "mortal", code = 7 }
happened "restarting" { "mortal", count = 1 }
for _, name in ipairs { "killer", "closes", "returns", "late", "loses", "waits" } do
	exited { name, code = 0 }
end
happened "restarting" { "follows", count = 1 }
exited { "follows", code = 0 }

happened "stuck" { "slow", missed = 2 }
happened "restarting" { "slow", count = 1 }
happened "stuck" { "slow" }
happened "parked" { "slow" }
exited { "patient", code = 0 }
happened "stuck" { "mute" }
exited { "uses", code = 0 }
exited { "presses", code = 0 }
exited { "ticker", code = 0 }
