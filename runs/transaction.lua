-- SPDX-License-Identifier: MIT
-- A session is a transaction: whichever step of it fails for lack of RAM or capabilities, at the client's init, at
-- those above it, at the server or at core, the client is told what was too little, and has all of it back.
local wishes = {
	{ service = "Echo", label = "one" }, -- at a sibling that wants much, wherever that is
	{ service = "LOG", label = "two" },  -- at core
	{ service = "ROM", label = "hello" },
	{ service = "CPU", label = "", own = true }, -- the client's own account pays for what is behind it
	{ service = "Timer", label = "" },
	{ service = "ROM", label = "config" }, -- at init itself
}

local function client(name, rules)
	return component(name) {
		binary = "transaction_client", ram = "512K", caps = 80, config = { wishes = wishes }, route = rules,
	}
end

boot {
	component "server" {
		binary = "echo_server", ram = "1M", caps = 200, provides = { "Echo" },
		config = { session_ram = "12K", session_caps = 5, quiet = true },
	},
	client("flat", { service "Echo" { child "server" }, any_service { parent } }),
	component "outer" {
		binary = "init", ram = "8M", caps = 600,
		config = policy {
			component "inner" {
				binary = "init", ram = "4M", caps = 300,
				config = policy { client("nested", { any_service { parent } }) },
				route = { any_service { parent } },
			},
		},
		route = { service "Echo" { child "server" }, any_service { parent } },
	},
	binaries = { "hello" },
}
never "FAILED"
exited { "flat", code = 0 }
exited { "outer -> inner -> nested", code = 0 }
