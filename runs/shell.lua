-- SPDX-License-Identifier: MIT
-- A shell at a terminal: upstream busybox's hush with line editing left to the terminal, jobs in the background, stopped
-- and brought back by keys. Run in a terminal (`make run RUN=shell`) the shell is yours until `exit`.
local mounts = {
	{ at = "/boot", rom = {} }, { at = "/tmp", ram = { size = "256K" } }, { at = "/dev", dev = {} },
	{ at = "/dev/tty", terminal = {} }, { at = "/dev/console", symlink = { target = "tty" } }, { at = "/proc", proc = {} },
}
for _, name in ipairs { "basename", "cat", "chmod", "cmp", "cp", "cut", "date", "dd", "dirname", "echo", "env", "expr", "false",
	"find", "grep", "gunzip", "gzip", "head", "ln", "ls", "md5sum", "mkdir", "mkfifo", "mktemp", "mv", "printf", "pwd", "rm",
	"rmdir", "sed", "seq", "sh", "sha256sum", "sleep", "sort", "stat", "tail", "tar", "tee", "test", "touch", "tr", "true",
	"uname", "uniq", "wc", "xargs", "yes", "zcat" } do
	mounts[#mounts + 1] = { at = "/bin/" .. name, symlink = { target = "/boot/busybox" } }
end

boot {
	machine = { terminal = true },
	interactive = "sh",
	component "serial_terminal" {
		ram = "256K", caps = 40, provides = { "Terminal" },
		route = { service "IO_PORT" { parent }, service "IRQ" { parent }, service "LOG" { parent } },
	},
	component "sh" {
		binary = "busybox", ram = "16M", caps = 1000,
		config = {
			args = { "sh" }, env = { "PATH=/bin", "HOME=/tmp", "TERM=vt100" }, cwd = "/tmp",
			stdin = "/dev/tty", stdout = "/dev/tty", stderr = "/dev/tty", mounts = mounts,
		},
		route = {
			service "Terminal" { child "serial_terminal" },
			service "ROM" { label = "busybox", parent },
			service "LOG" { parent },
		},
	},
}

local PROMPT = "/tmp # $"

-- What the shell answers to a line, which comes between the line's echo and the next prompt.
local function says(line, ...)
	send(line .. "\n")
	for _, answer in ipairs { ... } do
		expect { from = "terminal", pattern = "^" .. answer .. "$" }
	end
	expect { from = "terminal", pattern = PROMPT }
end

expect { from = "terminal", pattern = PROMPT }
says("echo hello", "hello")

step "pipelines, here-documents, redirections, scripts"
says("seq 1 500 | grep 7 | sort -r | head -n 2", "97", "87")
says("cat <<END\nhere is $((6 * 7))\nEND", "[> ]*here is 42")
says("echo one > list; echo two >> list; wc -l < list", "2")
says("echo 'echo \"called with $1\"' > script; chmod +x script; sh ./script word", "called with word")

-- A program in the foreground that reads what is typed and shows it again.
local function cat(line)
	send(line .. "\nit runs\n")
	expect { from = "terminal", pattern = "^it runs$", count = 2 }
end

step "keys"
says("echo mistakE\127e", "mistake")
cat "cat"
send "\4"
expect { from = "terminal", pattern = PROMPT }
cat "cat"
send "\3"
expect { from = "terminal", text = "^C" }
expect { from = "terminal", pattern = PROMPT }
says("echo $?", "130")

step "jobs"
says("sleep 1 & wait; echo waited", ".*waited")
cat "cat"
send "\26"
expect { from = "terminal", pattern = PROMPT }
says("jobs", ".*Stopped.*cat")
cat "fg"
send "\26"
expect { from = "terminal", pattern = PROMPT }
says("bg; sleep 1; jobs", ".*Stopped.*cat") -- it reads, which is not for those in the background
says("kill %1; wait; echo gone", ".*gone")

step "the end"
send "exit 3\n"
exited { "sh", code = 3 }
