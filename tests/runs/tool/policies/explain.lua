-- SPDX-License-Identifier: MIT
-- one request of each outcome
return policy {
	parent_provides = { "PD", "CPU", "ROM", "LOG", "Timer" },
	component "left" { ram = "1M", caps = 60, provides = { "Echo", "Left" }, route = { any_service { any_child } } },
	component "right" { ram = "1M", caps = 60, provides = { "Right" }, route = { service "ROM" { init } } },
	component "client" {
		ram = "1M", caps = 60, config = policy {},
		binary = "init",
		route = {
			service "Echo" { label_prefix = "data", child "left" { label = "renamed" } },
			service "Echo" { label = "none", deny },
			service "Echo" { label = "chosen", choose { child "left", by = function(request) return nil end } },
			service "Echo" { label = "picked", choose { child "left", by = function(request) return child "left" end } },
			service "Echo" { label = "wrong", choose { child "left", by = function(request) return request.x.y end } },
			service "Echo" { label_prefix = "long", child "left" { prefix = ("x"):rep(200) } },
			service "ROM" { label = "state", init },
			service "Timer" { parent },
			service "Right" { any_child },
			any_service { child "left" },
		},
	},
}
