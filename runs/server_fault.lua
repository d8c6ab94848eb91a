-- SPDX-License-Identifier: MIT
-- A server faults in the middle of a request. Its clients get to know at once, whatever they were waiting
-- for: an answer of their session, the session they asked for, or nothing yet.

local clients = {}
local function client(name)
	return function(steps)
		clients[#clients + 1] = name
		return component(name) {
			binary = "echo_client", ram = "256K", caps = 60, config = { steps = steps },
			route = { service "Echo" { child "fragile" } },
		}
	end
end

boot {
	component "fragile" {
		binary = "echo_server", ram = "1M", caps = 200, provides = { "Echo" }, may_fault = true,
		config = { unanswered = "never", fatal = "fatal" },
	},
	client "caller" { { action = "open", session = "a" }, { action = "hold", session = "a", status = "gone" },
		{ action = "open", session = "b", status = "gone" } },
	client "asker" { { action = "open", session = "never", status = "gone" } },
	client "idler" { { action = "open", session = "a" }, { action = "pause", value = 10 },
		{ action = "add", session = "a", status = "gone" }, { action = "close", session = "a" } },
	client "culprit" { { action = "pause", value = 5 }, { action = "open", session = "fatal", status = "gone" } },
	client "newcomer" { { action = "pause", value = 8 }, { action = "open", session = "a", status = "gone" } },
}
never "FAILED"

local fault = faulted { "fragile", kind = "invalid-opcode" }
assert(fault.trace:find("open_session", 1, true), fault.trace)
for _, name in ipairs(clients) do
	exited { name, code = 0 }
end
