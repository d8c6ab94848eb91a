-- SPDX-License-Identifier: MIT
-- A child's exit becomes that of its init where the policy says so, with the same code; else init stays.
-- The child ends with 1 for want of a configuration.
local function inner(name, propagate)
	return component(name) {
		binary = "init", ram = "4M", caps = 300, route = { any_service { parent } },
		config = policy {
			component "fails" { binary = "config_watcher", ram = "256K", caps = 40, exit_propagate = propagate },
			component "beside" { binary = "config_watcher", ram = "256K", caps = 40, config = "here",
				route = { any_service { parent } } },
		},
	}
end

boot { inner("ends", true), inner("stays", false) }
exited { "ends", code = 1 }
exited { "stays -> fails", code = 1 }
expect "[init -> stays -> beside] here"
