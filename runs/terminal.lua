-- SPDX-License-Identifier: MIT
-- A terminal on a serial line: what is typed comes through, also more than anybody has room for, and what is
-- written is shown. There is one client; when it is gone, even without a word, the next one starts afresh.
boot {
	machine = { terminal = true },
	component "serial_terminal" {
		ram = "256K", caps = 40, provides = { "Terminal" },
		route = { service "IO_PORT" { parent }, service "IRQ" { parent }, service "LOG" { parent } },
	},
	component "terminal_test" {
		ram = "256K", caps = 40, may_fault = true, restart = { limit = 1 },
		route = { service "Terminal" { child "serial_terminal" }, any_service { parent } },
	},
}
never "FAILED"
expect { from = "terminal", text = "type" }
send "hello\n"
expect "you said: hello"

step "more than there is room for"
send "many\n"
expect { from = "terminal", pattern = "^(%.+)$" }
expect "all"
local lines = {}
for i = 1, 1000 do
	lines[i] = ("line %d\n"):format(i)
end
send(table.concat(lines))
expect "you said: line 1000"

step "the client vanishes"
send "vanish\n"
expect "soon"
send "x"
faulted "terminal_test"
expect "type"
send "again\nend\n"
expect { from = "terminal", pattern = "^you said: again$" }
exited { "terminal_test", code = 0 }
