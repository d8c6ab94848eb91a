-- SPDX-License-Identifier: MIT
-- More of what a new policy may bring: a service that is no longer provided and later is again, a server that
-- any_child led to and that has gone, another binary, a client that is removed while its server does not answer
-- the close, and one of its name that comes before that is over. LOG goes through two filters on its way.

local head = [[return policy { version = %d,
	parent_provides = { "PD", "CPU", "ROM", "LOG", "Timer", "Event" }, default_route = { any_service { parent } },]]

local function policy_of(version, ...)
	return head:format(version) .. table.concat({ ... }, ",\n") .. "}"
end

local function server(name, provides)
	return ([[component %q { binary = "echo_server", ram = "512K", caps = 100, provides = { %s },
		config = { name = %q } }]]):format(name, provides or '"Echo"', name)
end

local function client(name, route, steps)
	return ([[component %q { binary = "echo_client", ram = "512K", caps = 60, route = { %s, any_service { parent } },
		config = { steps = { %s } } }]]):format(name, route, steps)
end

local function step(action, more)
	return ([[{ action = %q, session = "a"%s }]]):format(action, more and ", " .. more or "")
end
local function pause(ms)
	return ([[{ action = "pause", value = %d }]]):format(ms)
end
local function steps(...)
	return table.concat({ ... }, ", ")
end

local filters = [[component "near" { binary = "log_filter", ram = "256K", caps = 40, provides = { "LOG" },
		route = { service "LOG" { child "far" }, any_service { parent } } },
	component "far" { binary = "log_filter", ram = "256K", caps = 40, provides = { "LOG" } },
	component "chained" { binary = "hello", ram = "256K", caps = 30,
		route = { service "LOG" { child "near" }, any_service { parent } } }]]

-- its server loses the service it announced, and has it again: not told, not restarted
local uses = client("uses", [[any_service { label = "a", child "flex" }]], steps(step "open", step("add", "value = 1, sum = 1"),
	pause(60), step("add", [[status = "gone"]]), step "close", step("open", [[status = "denied"]]), pause(40), step "open",
	step("add", "value = 2, sum = 2"), step "close"))
-- hung by its client, which is closed in vain
local presses = client("presses", [[service "Echo" { child "mute" }]], steps(step "open", step "hang", step "close"))
local mute = server "mute"

local function other(binary)
	return ([[component "other" { binary = %q, ram = "256K", caps = 40, config = "one" }]]):format(binary)
end

local inner = {
	policy_of(1, filters, server "flex", mute, uses, presses, other "config_watcher"),
	policy_of(2, filters, server("flex", '"Other"'), mute, uses, other "hello"),
	policy_of(3, filters, server "flex", mute, uses, other "hello",
		[[component "presses" { binary = "hello", ram = "256K", caps = 30 }]]),
	policy_of(4, filters, server "flex", uses, other "hello",
		[[component "presses" { binary = "hello", ram = "256K", caps = 30 }]]),
}

-- whoever is the only one to provide it
local any = client("any", [[service "Echo" { lost = "reconnect", any_child }]], steps(step "open",
	step("add", "value = 1, sum = 1"), pause(60), step("add", [[status = "gone"]]), step "reconnect",
	step("add", "value = 5, sum = 5"), pause(40), step("add", "value = 1, sum = 6"), step "close"))
local rack = {
	policy_of(1, server "left", any),
	policy_of(2, server "right", any),
	policy_of(3, server "right", server "left", any), -- two: it is ambiguous, and nothing changes
}

local function rom(name, policies)
	local all = { name = name, steps = {} }
	for i, text in ipairs(policies) do
		all.steps[i] = { content = text, after_ms = i > 1 and 40 or nil }
	end
	return all
end

local function init(name)
	return component(name) {
		binary = "init", ram = "8M", caps = 1000, config_rom = name,
		route = { service "ROM" { label_last = name, child "policies" }, any_service { parent } },
	}
end

boot {
	binaries = { "echo_server", "echo_client", "config_watcher", "hello", "log_filter" },
	component "policies" {
		binary = "dynamic_rom", ram = "1M", caps = 80, provides = { "ROM" },
		config = { roms = { rom("inner", inner), rom("rack", rack) } },
	},
	init "inner", init "rack",
}
never "FAILED"

expect "[init -> inner -> far] [near] [chained] good morning"
expect "[init -> inner] uses -> Echo \"a\" is closed: its route has changed"
happened "removed" { "inner -> presses" }
happened "restarting" { "inner -> other" }
-- the next of its name begins when the server that owes a close has gone
happened "removed" { "inner -> mute" }
expect { from = "inner -> presses", text = "good morning" }
exited { "inner -> uses", code = 0 }
refused { "rack" }
exited { "rack -> any", code = 0 }

assert(log "inner -> other" == "one\ngood morning\n")
assert(log("rack"):find("any_child is ambiguous, 'right' and 'left' provide 'Echo'", 1, true))
assert(report("inner").children.flex.lives == 1)
