-- SPDX-License-Identifier: MIT
-- a nested init exports a service of its child; a client outside uses it like any sibling's
local function client(name, wishes)
	return component(name) {
		binary = "session_client", ram = "256K", caps = 40, config = { wishes = wishes },
		route = { service "LOG" { parent }, service "Echo" { child "rack" } },
	}
end

boot {
	component "rack" {
		binary = "init", ram = "4M", caps = 400, provides = { "Echo" },
		route = { any_service { parent } },
		config = policy {
			component "inner" {
				binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" },
				config = { name = "inner" }, route = { service "LOG" { parent } },
			},
			exports = {
				service "Echo" { label_prefix = "first", child "inner" },
				service "Echo" { label_prefix = "second", child "inner" { label = "renamed" } },
			},
		},
	},
	client("first", { { label = "data", server = "inner", seen = "first -> data" } }),
	client("second", { { label = "data", server = "inner", seen = "renamed" } }),
	client("third", { { label = "data" } }), -- no export matches: denied
}
exited { "first", code = 0 }
exited { "second", code = 0 }
exited { "third", code = 0 }
expect { from = "rack", text = 'export of Echo "third -> data" denied' }
