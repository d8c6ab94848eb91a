-- SPDX-License-Identifier: MIT
-- A driver: ports and an interrupt of the real-time clock, which says each second that it is one later. In counted
-- time the machine's clock begins where it is told to, and seconds in which nothing happens take no time.
boot {
	component "second_hand" {
		ram = "256K", caps = 60,
		config = { seconds = 3 },
		route = { service "IO_PORT" { parent }, service "IRQ" { parent }, service "LOG" { parent } },
	},
}
expect { from = "second_hand", text = "00:00:01" }
expect { from = "second_hand", text = "00:00:02" }
expect { from = "second_hand", text = "00:00:03" }
exited { "second_hand", code = 0 }
