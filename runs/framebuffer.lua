-- SPDX-License-Identifier: MIT
-- A picture written into a graphics card's memory with gathered writes is there when the card is asked another way.
boot {
	component "framebuffer_test" {
		ram = "512K", caps = 80,
		route = { service "IO_MEM" { parent }, service "IO_PORT" { parent } },
	},
	machine = { args = { "-device", "VGA" } },
}
never "FAILED"
expect { from = "framebuffer_test", pattern = "all (%d+) checks hold" }
exited { "framebuffer_test", code = 0 }
screenshot "picture"
