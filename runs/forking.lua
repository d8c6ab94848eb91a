-- SPDX-License-Identifier: MIT
-- Shells that fork for everything, upstream's dash and busybox's ash, run a script: subshells that change their own variables, pipelines into
-- loops and functions, command substitution of builtins, background subshells, traps, here-documents. What comes out has
-- to be what the development machine's own shell makes of the same script.
local script = [[
place=/tmp/capos-dash-$$; mkdir $place; cd $place
name=parent
(name=child; cd /; echo "in a subshell: $name in $PWD"); echo "after it: $name"
echo "substituted: $(name=other; echo $name) $(echo $(echo nested))"
seq 1 300 | grep 7 | { total=0; while read number; do total=$((total + number)); done; echo "sum $total"; }
count() { while read word; do echo "[$word]"; done | wc -l; }
printf 'a\nb\nc\n' | count
fibonacci() { if [ $1 -lt 2 ]; then echo $1; else echo $(($(fibonacci $(($1 - 1))) + $(fibonacci $(($1 - 2))))); fi; }
fibonacci 7
cat <<END | sed -e 's/here/there/'
here is $name: $((6 * 7))
END
for i in 1 2 3; do (echo "job $i" > job.$i; exit $i) & jobs="$jobs $!"; done
for job in $jobs; do wait $job; echo "ended with $?"; done
cat job.*
(trap 'echo caught; exit 9' TERM; echo ready > ready; while :; do sleep 0; done) & job=$!
while [ ! -f ready ]; do :; done; kill $job; wait $job; echo "trap: $?"
(kill -KILL $(sh -c 'echo $PPID')) 2> /dev/null; echo "killed: $?"
set -- one "two words" three; for word; do echo "<$word>"; done
while getopts ab: option -b value -a; do echo "option $option ${OPTARG:-none}"; done
exec 3> three; (echo from below >&3); echo from above >&3; exec 3>&-; cat three
(exit 5) || echo "or $?"; (exit 0) && echo and
echo text | (cat; echo more) | tr a-z A-Z
x=$(exit 4); echo "status of a substitution: $?"
umask 027; (umask 077; umask); umask
(sleep 0 & wait; echo waited)
eval 'f() { local name=local; (echo "$name"); }; f'; echo $name
nothing_like_it 2> /dev/null; echo "not found: $?"
cd /; rm -r $place
trap 'echo the end' EXIT
]]

local function shell(name)
	local mounts = { { at = "/boot", rom = {} }, { at = "/tmp", ram = { size = "256K" } }, { at = "/dev", dev = {} },
		{ at = "/bin/sh", symlink = { target = "/boot/" .. name } } }
	for _, applet in ipairs { "cat", "grep", "mkdir", "rm", "sed", "seq", "sleep", "tr", "wc" } do
		mounts[#mounts + 1] = { at = "/bin/" .. applet, symlink = { target = "/boot/busybox" } }
	end
	return component(name) {
		ram = "24M", caps = 2000,
		config = { args = { "sh", "-c", script }, env = { "PATH=/bin" }, mounts = mounts },
		route = {
			service "ROM" { label = name, parent },
			service "ROM" { label = "busybox", parent },
			service "LOG" { parent },
		},
	}
end

boot {
	binaries = { "busybox" },
	shell "dash",
	shell "ash",
}
exited { "dash", code = 0 }
exited { "ash", code = 0 }

local expected = host { "sh", "-c", script }
identical { log "dash", expected }
identical { log "ash", expected }
print(("two shells make of a script of %d lines what the host makes of it"):format(select(2, script:gsub("\n", ""))))
