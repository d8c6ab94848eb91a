-- SPDX-License-Identifier: MIT
-- What an init says of its children: in its ROM "state", to whom its policy routes that and to nobody else, no
-- sooner than the policy's delay after the report before; and to a run script that asks by `report`.

local function watcher(name, config, route)
	return component(name) {
		binary = "state_watcher", ram = "512K", caps = 60, config = config,
		route = { route, service "LOG" { parent } },
	}
end

boot {
	report = { delay = "5ms" },
	component "hello" { ram = "256K", caps = 30, route = { service "LOG" { parent } } },
	component "crasher" {
		ram = "256K", caps = 30, may_fault = true, config = { how = "divide_by_zero" },
		restart = { limit = 2, window = "10s", backoff = "20ms" },
	},
	component "server" { binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" },
		config = { name = "server" } },
	component "client" {
		binary = "asker", ram = "256K", caps = 60,
		config = { questions = { { label = "a" } }, linger = true },
		route = { service "Echo" { child "server" } },
	},
	watcher("watches", { child = "crasher", state = "parked", delay_ms = 5 },
		service "ROM" { label = "state", init }),
	-- no route, a ROM init does not have, and the parent's
	watcher("unrouted", {}, service "Timer" { parent }),
	watcher("other", { rom = "other" }, service "ROM" { label = "other", init }),
	watcher("above", {}, service "ROM" { label = "state", parent }),
	component "inner" {
		binary = "init", ram = "4M", caps = 300, provides = { "ROM" },
		route = { any_service { parent } },
		config = policy {
			version = 7, report = { delay = "1ms", sample = "2ms" },
			default_route = { any_service { parent } },
			exports = { service "ROM" { label_last = "state", init } },
			component "ticker" { ram = "256K", caps = 40, config = { ticks = 30, period_ms = 2 } },
		},
	},
	-- what an init exports can be read from outside
	watcher("outside", { child = "ticker", delay_ms = 1 }, service "ROM" { label = "state", child "inner" }),
}
never "FAILED"

exited { "unrouted", code = 3 }
exited { "other", code = 3 }
exited { "above", code = 3 }
expect { from = "watches", text = "hello is exited: code=0" }
expect { from = "watches", text = "crasher is parked: kind=divide address=0x" }
exited { "watches", code = 0 }
exited { "outside", code = 0 }

local state = report()
local function child_of(name)
	return assert(state.children[name], name)
end
assert(state.version == 0 and state.time > 0 and state.budget.ram_used > 0)

local hello, crasher = child_of "hello", child_of "crasher"
assert(hello.state == "exited" and hello.lives == 1 and hello.restarts == 0 and hello.ended_at > 0)
assert(crasher.state == "parked" and crasher.lives == 3 and crasher.restarts == 2)
assert(crasher.reason:find "^kind=divide address=0x%x+" and crasher.ended_at > hello.ended_at)
assert(child_of("unrouted").refused == 1 and hello.refused == 0)

-- budgets: what it spends and what it has donated, and at most; nobody has more than it was given
for _, name in ipairs { "server", "client", "inner" } do
	local budget = child_of(name).budget
	assert(budget.ram_used > 0 and budget.ram_donated > 0 and budget.caps_used > 0 and budget.caps_donated > 0)
	assert(budget.ram_peak >= budget.ram_used + budget.ram_donated)
	assert(budget.ram_peak <= budget.ram and budget.caps_peak >= budget.caps_used + budget.caps_donated)
end
assert(child_of("inner").budget.ram_delegated == 0, "what its child had is back")

-- sessions, and who serves them
local sessions = {}
for _, session in ipairs(child_of("client").sessions) do
	sessions[session.service .. " " .. session.label] = session
end
local echo = assert(sessions["Echo a"])
assert(echo.state == "open" and echo.at == "child" and echo.server == "server" and echo.ram > 0 and echo.caps > 0)
assert(sessions["PD "].at == "parent" and sessions["ROM config"].at == "init")
assert(child_of("server").provides[1] == "Echo" and #child_of("client").provides == 0)

-- an init below it answers as well
local inner = report "inner"
assert(inner.version == 7 and #inner.children == 1 and inner.children.ticker.binary == "ticker")
