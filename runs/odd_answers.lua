-- SPDX-License-Identifier: MIT
-- Servers that answer otherwise than their clients were built for: in a page, without the last words, with
-- a capability, with nonsense, with too much. A client understands what it can, is told of the rest, and goes on.

local components = {}

local function pair(answers, steps)
	local server = "server_" .. answers
	components[#components + 1] = component(server) {
		binary = "echo_server", ram = "1M", caps = 100, provides = { "Echo" }, config = { answers = answers, quiet = true },
	}
	components[#components + 1] = component(answers) {
		binary = "echo_client", ram = "256K", caps = 60, config = { steps = steps },
		route = { service "Echo" { child(server) } },
	}
end

-- the same steps twice: what went wrong leaves nothing behind
local function twice(sum, status)
	local function add(nth) return { action = "add", session = "a", value = 5, sum = sum and sum * nth, status = status } end
	return { { action = "open", session = "a" }, add(1), add(2), { action = "close", session = "a" } }
end

pair("as_declared", twice(5))
pair("in_page", twice(5))
pair("short", twice(0))
pair("with_capability", twice(nil, "out of capabilities"))
pair("garbled", twice(nil, "bad argument"))
pair("overlong", twice(nil, "bad argument"))

boot(components)
never "FAILED"
exited { "as_declared", code = 0 }
exited { "in_page", code = 0 }
exited { "short", code = 0 }
exited { "with_capability", code = 0 }
exited { "garbled", code = 0 }
exited { "overlong", code = 0 }
