-- SPDX-License-Identifier: MIT
-- A policy takes the place of another while its children live. What is the same is not touched; what changed
-- is applied to the living child or makes it begin anew; a policy that is wrong changes nothing. The policies
-- are the steps of a dynamic ROM, the inner init's configuration.

local function add(value, sum, status)
	return { action = "add", session = "a", value = value, sum = sum, status = status or "ok" }
end
local function pause(ms)
	return { action = "pause", value = ms }
end
local open, close = { action = "open", session = "a" }, { action = "close", session = "a" }

-- Lua source of a component
local function source(value)
	if type(value) == "string" then
		return ("%q"):format(value)
	elseif type(value) ~= "table" then
		return tostring(value)
	end
	local parts, keys = {}, {}
	for key in pairs(value) do
		keys[#keys + 1] = key
	end
	table.sort(keys, function(left, right) return tostring(left) < tostring(right) end)
	for i, key in ipairs(keys) do
		parts[i] = type(key) == "number" and source(value[key]) or ("%s = %s"):format(key, source(value[key]))
	end
	return "{ " .. table.concat(parts, ", ") .. " }"
end

local function client(name, route, steps, more)
	return ([[component %q { binary = "echo_client", ram = "512K", caps = 60, config = { steps = %s },
		route = { %s }, %s },]]):format(name, source(steps), route, more or "")
end
local function server(name, more)
	return ([[component %q { binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" },
		config = { name = %q }, %s },]]):format(name, name, more or "")
end

-- lives through all of it: same memory, same sessions
local untouched = client("untouched", [[service "Echo" { child "stays" }]],
	{ open, add(1, 1), pause(160), add(1, 2), close })
local moves = { open, add(1, 1), pause(40), add(1, 0, "gone"), { action = "reconnect", session = "a" }, add(5, 5), close }
local loses = { open, add(1, 1), pause(40), add(1, 0, "gone"), close, { action = "open", session = "a", status = "denied" } }
local restarts = { open, pause(300) }

local function first(version)
	return ("return policy { version = %d, default_route = { any_service { parent } },"):format(version)
end
local gone = server "goes"

local policies = {
	first(1) .. server "stays" .. server "left" .. server "right" .. gone .. untouched
		.. client("moves", [[service "Echo" { lost = "reconnect", child "left" }]], moves)
		.. client("loses", [[service "Echo" { child "left" }]], loses)
		.. client("restarts", [[service "Echo" { child "left" }]], restarts)
		.. [[component "watcher" { binary = "config_watcher", ram = "256K", caps = 40, config = "one" },
		component "budget" { binary = "budget_test", ram = "512K", caps = 60 },]]
		.. "}",
	-- goes is gone, comes is new; routes lead elsewhere or nowhere; a configuration has changed; another version
	first(2) .. server "stays" .. server "left" .. server "right" .. server "comes" .. untouched
		.. client("moves", [[service "Echo" { lost = "reconnect", child "right" }]], moves)
		.. client("loses", [[service "Echo" { deny }]], loses)
		.. client("restarts", [[service "Echo" { child "right" }]], restarts)
		.. [[component "watcher" { binary = "config_watcher", ram = "256K", caps = 40, config = "two" },
		component "budget" { binary = "budget_test", ram = "256K", caps = 40 },]]
		.. "}",
	-- wrong: nothing of it happens
	first(3) .. server "left" .. [[component "new" { ram = "1M" }, component "left" { ram = "1M", caps = 2 } }]],
	-- the budget is raised; the binary of one has another name, another's version has changed
	first(4) .. server("stays") .. server("left", "version = 1,") .. server "right" .. server "comes" .. untouched
		.. [[component "watcher" { binary = "config_watcher", ram = "256K", caps = 40, config = "three" },
		component "budget" { binary = "budget_test", ram = "1M", caps = 80 },]]
		.. "}",
}

boot {
	binaries = { "echo_server", "echo_client", "config_watcher", "budget_test" },
	component "policies" {
		binary = "dynamic_rom", ram = "512K", caps = 60, provides = { "ROM" },
		config = { roms = { { name = "policy", steps = {
			{ content = policies[1] }, { content = policies[2], after_ms = 20 },
			{ content = policies[3], after_ms = 40 }, { content = policies[4], after_ms = 40 },
		} } } },
	},
	component "inner" {
		binary = "init", ram = "16M", caps = 1500, config_rom = "policy",
		route = { service "ROM" { label_last = "policy", child "policies" }, any_service { parent } },
	},
}
never "FAILED"

happened "configured" { "inner", version = 1 }
expect "[init -> inner -> watcher] one"
happened "configured" { "inner", version = 2 }
happened "removed" { "inner -> goes" }
happened "restarting" { "inner -> restarts" }
happened "started" { "inner -> comes" }
expect "[init -> inner -> watcher] two"
expect "[init -> inner -> budget] gives back"
exited { "inner -> moves", code = 0 }
exited { "inner -> loses", code = 0 }

refused { "inner" }
expect "[init -> inner] the new policy is not applied; the old one stays in force"

happened "configured" { "inner", version = 4 }
happened "removed" { "inner -> restarts" }
happened "restarting" { "inner -> left" }
expect "[init -> inner -> budget] has more:"
expect "[init -> inner -> watcher] three"
exited { "inner -> budget", code = 0 }
exited { "inner -> untouched", code = 0 }
