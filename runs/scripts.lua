-- SPDX-License-Identifier: MIT
-- Upstream busybox's hush, which needs no fork, runs a script: pipelines, here-documents, redirections, command
-- substitution, subshells, functions, background jobs and traps, with each command a process of its own. What comes
-- out has to be what the development machine's own shell makes of the same script.
local script = [[
place=/tmp/capos-scripts-$$; mkdir $place; cd $place
echo "a line with `echo a` substitution, and \$(echo another): $(echo another)"
seq 1 500 | grep 7 | sort -r | head -n 3
cat <<END
a here-document with $((6 * 7)) and so on
END
cat <<'END'
one with $nothing in it
END
echo one > list; echo three >> list
sed -e 's/three/two/' < list > other
cat list other
mkdir -p deep/er; (cd deep/er; echo inside > file); cat deep/er/file
total=0
for word in a b c d; do total=$((total + 1)); done; echo "$total words"
greet() { echo "hello $1"; return 3; }
greet you; echo "returned $?"
greet them | tr a-z A-Z
if test -f list && ! test -f nothing; then echo files are files; fi
case $(wc -l < list) in *2) echo two lines;; *) echo not two lines;; esac
sh -c 'exit 42'; echo "exited with $?"
false || echo false is false
sleep 5 & job=$!; kill $job; wait $job 2> /dev/null; echo "killed: $?"
(sleep 0; echo from the background) & wait; echo waited for
trap 'echo trapped' USR1; kill -USR1 $$; echo and went on
seq 1 20000 | tail -n 1
seq 1 100000 | head -n 1
while read number; do echo "read $number"; done < other
exec 5> third; echo third >&5; exec 5>&-; cat third
nothing_like_it 2> /dev/null; echo "not found: $?"
echo "to stderr" 2>&1 >/dev/null | wc -c
env -i NAME=value sh -c 'echo "$NAME and $NOTHING"'
echo '#!/bin/sh
echo "a script called with $1"' > script; chmod +x script; ./script word
cd /; rm -r $place
trap 'echo the end' EXIT
]]

local mounts = { { at = "/boot", rom = {} }, { at = "/tmp", ram = { size = "256K" } }, { at = "/dev", dev = {} } }
for _, name in ipairs { "sh", "cat", "chmod", "echo", "env", "false", "grep", "head", "mkdir", "rm", "sed", "seq", "sleep",
	"sort", "tail", "test", "tr", "wc" } do
	mounts[#mounts + 1] = { at = "/bin/" .. name, symlink = { target = "/boot/busybox" } }
end

boot {
	component "sh" {
		binary = "busybox", ram = "16M", caps = 1000,
		config = {
			args = { "sh", "-c", script }, env = { "PATH=/bin" },
			mounts = mounts,
		},
		route = {
			service "ROM" { label = "busybox", parent },
			service "LOG" { parent },
		},
	},
}
exited { "sh", code = 0 }

local got = log "sh"
identical { got, host { "sh", "-c", script } }
print(("a script of %d lines makes of it what it makes on the host"):format(select(2, script:gsub("\n", ""))))
