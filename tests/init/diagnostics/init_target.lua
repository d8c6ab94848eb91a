return policy {
	report = { delay = "10ms", sample = "10us", each = 1 },
	component "a" {
		ram = "1M", caps = 50, provides = { "LOG" },
		route = {
			service "ROM" { label = "state", init },
			service "LOG" { init },
			service "PD" { label = "x", init { label = "y" } },
		},
	},
	exports = { service "ROM" { label = "state", init }, service "LOG" { init, child "a" } },
}
