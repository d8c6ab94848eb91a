-- SPDX-License-Identifier: MIT
-- `capos test`, `bench` and `archive`, in a small tree of their own with the fake kernel.
--
--     lua5.4 commands_test.lua CAPOS KERNEL FOLDER     (absolute paths; FOLDER is made anew)

package.path = "runs/tool/lua/?.lua;tests/runs/tool/?.lua"
local json = require "json"
local unit = require "unit"
local equal, test = unit.equal, unit.test

local capos, kernel, folder = arg[1], arg[2], arg[3]

local function shell(command)
	local pipe = assert(io.popen(("cd %s && %s 2>&1"):format(folder, command)))
	local output = pipe:read("a")
	local _, _, status = pipe:close()
	return status, output
end

local function write(name, text)
	local file <close> = assert(io.open(folder .. "/" .. name, "w"))
	file:write(text)
end

local function read(name)
	local file <close> = assert(io.open(folder .. "/" .. name))
	return file:read("a")
end

-- A scenario whose machine prints `lines` and then passes or fails.
local function scenario(name, lines, more)
	local play = { "--| e boot" }
	for _, line in ipairs(lines) do
		play[#play + 1] = "--| c " .. line
	end
	write(name, table.concat(play, "\n") .. "\n--| e ready\n--| w\n--| e finished PASS\n--| x 16\n"
		.. ('boot { files = { play = "%s" }, %s }\n'):format(name, more or ""))
end

local function says(output, text)
	if not output:find(text, 1, true) then
		error(("does not say '%s':\n%s"):format(text, output), 2)
	end
end

os.execute(("rm -rf %s && mkdir -p %s/runs/bench %s/build/components"):format(folder, folder, folder))
shell(("cp %s build/kernel.elf; touch build/components/core build/components/init"):format(kernel))

test("a tree without scenarios is a mistake of the caller", function()
	local status, output = shell(capos .. " test")
	equal(status, 2)
	says(output, "there is no scenario")
end)

scenario("runs/good.lua", { "x" }, 'tags = { "quick" }')
scenario("runs/both.lua", { "x" }, 'loaders = { "qemu", "grub" }')
write("runs/skipped.lua", 'skip "not <here>"\n')

test("the closing line counts", function()
	local status, output = shell(capos .. " test -j2")
	equal(status, 0)
	says(output, "PASS both.grub (")
	says(output, "SKIP skipped (")
	equal(output:match("([^\n]*)\n$"), "3 passed, 0 failed")
	says(output, "1 skipped")
end)

test("a pattern is part of a name, or a tag", function()
	equal(select(2, shell(capos .. " test --list both")), "both\nboth.grub\n")
	equal(select(2, shell(capos .. " test --list quick")), "good\n")
	equal(select(2, shell(capos .. " test --list --loader grub")), "both.grub\n")
	equal(shell(capos .. " test nosuch"), 2)
end)

write("runs/bad.lua", 'boot { files = { play = "runs/good.lua" } }\nnever "x"\nexpect "y"\n')

test("a failure makes the status, and its report is shown", function()
	local status, output = shell(capos .. " test")
	equal(status, 1)
	says(output, "FAIL bad (")
	says(output, 'runs/bad.lua:2: never "x", but it came')
	equal(output:match("([^\n]*)\n$"), "3 passed, 1 failed")
end)

test("TAP and JUnit say the same", function()
	local status, output = shell(capos .. " test --tap --junit junit.xml")
	equal(status, 1)
	says(output, "1..5")
	says(output, " - good\n")
	says(output, "# SKIP not <here>")
	says(output, "not ok ")
	local junit = read("junit.xml")
	says(junit, 'tests="5" failures="1" skipped="1"')
	says(junit, 'type="never" message="runs/bad.lua:2: never &quot;x&quot;, but it came"')
	says(junit, '<skipped message="not &lt;here&gt;"/>')
end)

test("repeated runs do not share a directory", function()
	local status, output = shell(capos .. " test --repeat 3 good")
	equal(status, 0)
	says(output, "PASS good#3 (")
	says(output, "3 passed, 0 failed")
	says(read("build/runs/good#2/result"), "verdict pass")
end)

test("verdicts as JSON, and as pages", function()
	equal(shell(capos .. " test --json verdicts.json"), 1)
	local verdicts = json.decode(read("verdicts.json"))
	equal(verdicts.good.verdict, "pass")
	equal(#verdicts.good.seen, 16)
	equal(verdicts.bad.kind, "never")
	equal(verdicts.bad.why, 'runs/bad.lua:2: never "x", but it came')
	equal(verdicts.skipped.why, "not <here>")
	local suite, run = read("build/runs/index.html"), read("build/runs/bad/index.html")
	says(suite, "<h1>Scenarios: 3 passed, 1 failed, 1 skipped</h1>")
	says(suite, '<a href="bad/index.html">bad</a><td class="fail">never')
	says(suite, "not &lt;here&gt;")
	says(run, '<mark><span class="dim">   2</span>  never &quot;x&quot;</mark>')
end)

test("a tag chooses, a number shuffles", function()
	equal(select(2, shell(capos .. " test --list --tag quick")), "good\n")
	equal(shell(capos .. " test --list --tag good"), 2)
	local _, first = shell(capos .. " test --list --shuffle 1 --repeat 5")
	local _, same = shell(capos .. " test --list --shuffle 1 --repeat 5")
	local _, other = shell(capos .. " test --list --shuffle 2 --repeat 5")
	equal(first, same)
	equal(#first, #other)
	equal(first == other, false)
end)

os.remove(folder .. "/runs/bad.lua")

write("runs/flaky.lua", read("runs/good.lua"):gsub("quick", "unsure") .. 'host { "mkdir", "once" }\n')

test("a scenario that passes only sometimes is named", function()
	local status, output = shell(capos .. " test --repeat 3 -j1 --tag unsure")
	equal(status, 1)
	says(output, "flaky is flaky: 2 of 3 rounds failed")
	says(read("build/runs/index.html"), "flaky is flaky: 2 of 3 rounds failed")
end)

os.remove(folder .. "/runs/flaky.lua")
write("runs/bench/peers.json", '{ "ipc.call0": { "sel4": 415, "goal": 300 } }')
write("runs/bench/limits.json", '{ "ipc.call0": 600 }')
scenario("runs/bench/ipc.lua", { "[init -> bench] bench ipc.call0 250 instructions" })

test("a new scenario runs twenty times before it counts", function()
	write("runs/settled.txt", "# settled\nboth\nboth.grub\nskipped\n")
	equal(select(2, shell(capos .. " test --list good")):match("#20\n$"), "#20\n")
	equal(select(2, shell(capos .. " test --list both")), "both\nboth.grub\n")
	equal(select(2, shell(capos .. " test --list good --repeat 1")), "good\n")
	local status, output = shell(capos .. " test good")
	equal(status, 0)
	says(output, "20 passed, 0 failed")
	says(output, "new, and passed each time: good (--settle enters")
	equal(shell(capos .. " test good --settle"), 0)
	equal(read("runs/settled.txt"), "# settled\nboth\nboth.grub\ngood\nskipped\n")
	status, output = shell(capos .. " test good")
	equal(status, 0)
	says(output, "1 passed, 0 failed")
	os.remove(folder .. "/runs/settled.txt")
end)

test("figures are collected, and written down on request", function()
	local status, output = shell(capos .. " bench --update")
	equal(status, 0)
	says(output, "operations are not counted: ") -- there is no plugin in this tree
	says(output, "\nipc.call0                 250        300                    415\n")
	says(read("runs/bench/counts.json"), '"ipc.call0": 250')
	says(read("build/bench.json"), '"ipc.call0": { "unit": "instructions", "value": 250 }')
end)

test("core reports figures as events", function()
	scenario("runs/bench/start.lua", { "x\n--| e event bench core|boot.first_line 3582887 instructions" })
	local status, output = shell(capos .. " bench")
	equal(status, 0)
	says(output, "\nboot.first_line     3,582,887 ")
	os.remove(folder .. "/runs/bench/start.lua")
end)

test("one in a hundred is not a regression, more is", function()
	scenario("runs/bench/ipc.lua", { "bench ipc.call0 252 instructions" })
	equal(shell(capos .. " bench"), 0)
	scenario("runs/bench/ipc.lua", { "bench ipc.call0 254 instructions" })
	local status, output = shell(capos .. " bench")
	equal(status, 22)
	says(output, "ipc.call0 is 254: was 250: +1.6 %")
end)

test("small counts may rise by two", function()
	write("runs/bench/counts.json", '{ "sys.null": 50 }')
	scenario("runs/bench/ipc.lua", { "bench sys.null 52 instructions" })
	equal(shell(capos .. " bench"), 0)
	scenario("runs/bench/ipc.lua", { "bench sys.null 53 instructions" })
	equal(shell(capos .. " bench"), 22)
end)

test("an improvement asks to be written down", function()
	scenario("runs/bench/ipc.lua", { "bench sys.null 40 instructions" })
	local status, output = shell(capos .. " bench")
	equal(status, 0)
	says(output, "was 50: better, see --update")
end)

test("a limit holds whatever was before", function()
	write("runs/bench/counts.json", '{ "ipc.call0": 700 }')
	scenario("runs/bench/ipc.lua", { "bench ipc.call0 601 instructions" })
	local status, output = shell(capos .. " bench")
	equal(status, 22)
	says(output, "over the limit of 600")
end)

test("wall-clock times are shown, not compared", function()
	write("runs/bench/counts.json", '{ "boot.wall_ms": 1 }')
	scenario("runs/bench/ipc.lua", { "bench boot.wall_ms 100 ms" })
	equal(shell(capos .. " bench"), 0)
end)

test("a benchmark that fails is a failure", function()
	write("runs/bench/broken.lua", 'expect "x"\n')
	local status, output = shell(capos .. " bench")
	equal(status, 22)
	says(output, "bench.broken: script")
	os.remove(folder .. "/runs/bench/broken.lua")
end)

test("hello gives sizes, start-up and the smallest machine", function()
	scenario("runs/hello.lua", { "[init -> hello] good morning" })
	local status, output = shell(capos .. " bench")
	equal(status, 0)
	for _, id in ipairs { "boot.wall_ms", "image.bytes", "kernel.text_bytes", "machine.min_mib" } do
		says(output, id)
	end
end)

-- As the tool names a content (files.hash).
local function hash(name)
	local value = 0xcbf29ce484222325
	for byte in read(name):gmatch(".") do
		value = (value ~ byte:byte()) * 0x100000001b3
	end
	return ("%016x"):format(value)
end

local function counted(name, longest)
	os.execute(("mkdir -p %s/build/runs/%s"):format(folder, name))
	write(("build/runs/%s/counted.txt"):format(name), ("boot 900 kernel_start kernel_start > add\n"
		.. "stretch %d vector-14 trap_common > page_fault > zero\n"
		.. "audit 5000 syscall_entry syscall_entry > audit\n"):format(longest))
	write(("build/runs/%s/counted.kernel"):format(name), hash("build/kernel.elf"))
end

test("the longest ways through the kernel are shown, the longest first", function()
	os.execute(("rm -f %s/runs/*.lua"):format(folder))
	scenario("runs/good.lua", { "x" })
	counted("good", 100)
	scenario("runs/first.lua", { "x" })
	scenario("runs/second.lua", { "x" })
	counted("first", 300)
	local status, output = shell(capos .. " latency")
	equal(status, 4)
	says(output, "second has not been counted")
	counted("second", 400)
	write("runs/bench/limits.json", '{ "kernel.stretch": 400 }')
	write("build/runs/second/counted.kernel", "another")
	says(select(2, shell(capos .. " latency")), "second has been counted with another kernel")
	counted("second", 400)
	status, output = shell(capos .. " latency")
	equal(status, 0)
	says(output, "page fault")
	assert(output:find("second .*\nfirst "), output)
end)

test("one that is too long is a failure, whatever boot and audit take", function()
	write("runs/bench/limits.json", '{ "kernel.stretch": 399 }')
	local status, output = shell(capos .. " latency")
	equal(status, 22)
	says(output, "1 scenarios have interrupts off for more than 399 instructions")
	says(output, "second: 400 by trap_common > page_fault > zero")
end)

local tiny = [[
int value;
int used(int a)
{
	value = a;
	return a + 1;
}
int unused(int a)
{
	return a + 2;
}
int excused(int a)
{
	value = 5;
	return a + 3;
}
]]

test("a line is covered when one of its instructions was executed", function()
	os.execute(("rm -f %s/runs/*.lua; mkdir -p %s/base-kernel %s/tiny/runs/good"):format(
		folder, folder, folder))
	write("base-kernel/tiny.c", tiny)
	local status, output = shell("gcc -g -O0 -nostdlib -static -Wl,-e,used -o tiny/kernel.elf base-kernel/tiny.c")
	assert(status == nil or status == 0, output)
	local lines = {}
	for address in select(2, shell("objdump -d tiny/kernel.elf | sed -n '/<used>:/,/^$/p'")):gmatch("\n *(%x+):") do
		lines[#lines + 1] = "covered " .. address
	end
	scenario("runs/good.lua", { "x" })
	write("tiny/runs/good/counted.txt", table.concat(lines, "\n") .. "\n")
	write("tiny/runs/good/counted.kernel", hash("tiny/kernel.elf"))
	write("runs/bench/uncovered.txt", "# why\nbase-kernel/tiny.c\n\texcused()\n\tno such line\n")
	status, output = shell(capos .. " coverage --build tiny")
	equal(status, 22)
	says(output, "base-kernel/tiny.c                            7        4  57.1 %      0        4")
	says(output, "fewer than 90 in a hundred lines are covered")
	says(output, "can do without: base-kernel/tiny.c: no such line")
	equal(read("tiny/coverage.txt"), "base-kernel/tiny.c:8: {\nbase-kernel/tiny.c:9: return a + 2;\n"
		.. "base-kernel/tiny.c:10: }\n")
	local shown = read("tiny/coverage.html")
	says(shown, '<td><b>base-kernel</b><td class="number">7<td class="number">4<td class="number">57.1 %')
	says(shown, '<span class="uncovered">    9  \treturn a + 2;</span>')
	says(shown, '<span class="covered">')
	says(shown, '<span class="excused">')
	write("runs/bench/uncovered.txt", "base-kernel/tiny.c\n\texcused()\n\tunused()\n")
	equal(shell(capos .. " coverage --build tiny"), 0)
end)

test("a port is begun with all its files, once", function()
	equal(shell(capos .. " new port nosuch-1"), 0)
	says(read("repos/ports/nosuch-1/pin"), "package=nosuch-1")
	says(read("repos/ports/nosuch-1/port.mk"), "$(posix_configure)")
	says(read("runs/nosuch-1.lua"), 'component "nosuch-1"')
	local status, output = shell(capos .. " new port nosuch-1")
	equal(status, 2)
	says(output, "repos/ports/nosuch-1 is there already")
	equal(shell(capos .. " new port ../escape"), 2)
	equal(shell(capos .. " new planet x"), 2)
	equal(shell("rm -r repos/ports/nosuch-1 runs/nosuch-1.lua"), 0)
end)

test("an archive is written by hand", function()
	equal(shell(capos .. " archive a.archive runs/good.lua other=runs/good.lua"), 0)
	local text = read("a.archive")
	equal(text:sub(1, 8), "!capOAR1")
	says(text, "other\0")
	local status, output = shell(capos .. " archive b.archive nosuch")
	equal(status, 4)
	says(output, "nosuch: No such file or directory")
	equal(shell(capos .. " archive b.archive"), 2)
end)

test("a script is checked as far as its boot", function()
	local wrong = 'local name = "a"\nboot {\n\tcomponent(name) { ram = "1M", cap = 5 },\n}\nexpect "x"\n'
	write("script.lua", wrong)
	local status, output = shell(capos .. " check script.lua")
	equal(status, 1)
	says(output, "script.lua:3: error: component 'a': unknown field 'cap' (did you mean 'caps'?)")
	write("script.lua", (wrong:gsub("cap =", "caps =")))
	equal(shell(capos .. " check script.lua"), 0)
	write("script.lua", 'expect "x"\nboot {}\n')
	status, output = shell(capos .. " check script.lua")
	equal(status, 1)
	says(output, "script.lua:1: error: this word stands before boot")
end)

test("a script's policy is checked with it", function()
	write("script.lua", 'boot { policy = "shop.lua" }\n')
	local status, output = shell(capos .. " check script.lua")
	equal(status, 1)
	says(output, "shop.lua: error: No such file or directory")
	write("shop.lua", 'return policy { component "a" { ram = "1M" } }\n')
	status, output = shell(capos .. " check script.lua")
	equal(status, 1)
	says(output, "shop.lua:1: error: component 'a': caps is missing")
	write("shop.lua", 'return policy { component "a" { ram = "1M", caps = 5 } }\n')
	equal(shell(capos .. " check script.lua shop.lua"), 0)
end)

test("a policy travels under its own name", function()
	write("shop.lua", 'return policy { component "a" { binary = "init", ram = "1M", caps = 60 } }\n')
	write("runs/shop.lua", '--| e boot\n--| e ready\n--| w\n--| e finished PASS\n--| x 16\n'
		.. 'boot { files = { play = "runs/shop.lua" }, policy = "shop.lua" }\n')
	local status = shell(capos .. " run runs/shop.lua")
	equal(status, 0)
	local archive = read("build/runs/shop/boot.archive")
	says(archive, 'return policy { component "a"')
	equal(select(2, archive:gsub("shop%.lua\0", "")), 2) -- in the table of files, and in `config`
	os.remove(folder .. "/runs/shop.lua")
end)

test("an interactive run passes when its user ends it", function()
	scenario("runs/good.lua", { "x" })
	local status, output = shell("(sleep 0.3; printf 'keys\\035') | " .. capos .. " run --interactive "
		.. "runs/good.lua")
	equal(status, 0)
	says(output, "Ctrl-] ends the run")
	says(output, "PASS good")
end)

-- 1 as soon as no machine of the scenario is left, 0 if one still is after five seconds
local machine_left = [[for i in $(seq 100); do
	cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\0' ' ' | grep -q 'runs/hang/boot[.]archive' || exit 1
	sleep 0.05
done]]

test("a signal ends a run and leaves nothing behind", function()
	write("runs/hang.lua", '--| e boot\n--| s\nboot { files = { play = "runs/hang.lua" } }\nexpect "x"\n')
	for _, command in ipairs { "run runs/hang.lua", "test hang" } do
		for signal, expected in pairs { TERM = 130, INT = 130, KILL = 137 } do
			local status = shell(("%s %s > signal.txt & sleep 0.5; kill -%s $!; wait $!"):format(capos,
				command, signal))
			equal(status, expected)
			equal(shell(machine_left), 1)
		end
	end
	os.remove(folder .. "/runs/hang.lua")
end)

test("what was recorded comes again, and nothing else passes for it", function()
	local status, output = shell(capos .. " run runs/good.lua --replay")
	equal(status, 4)
	says(output, "nothing is recorded")
	equal(shell(capos .. " run runs/good.lua --record"), 0)
	equal(read("build/runs/good/recorded/result"):match("^[^\n]+"), "verdict pass")
	scenario("runs/good.lua", { "another" }) -- what was recorded is what is booted
	status, output = shell(capos .. " run runs/good.lua --replay")
	equal(status, 0)
	says(output, "as recorded: 4 lines and events, and the verdict")
	local seen = read("build/runs/good/recorded/console.log")
	write("build/runs/good/recorded/console.log", (seen:gsub("x", "y")))
	status, output = shell(capos .. " run runs/good.lua --replay")
	equal(status, 24)
	says(output, "console.log differs from line 1 on: 'x' was recorded as 'y'")
	scenario("runs/good.lua", { "x" }, 'tags = { "quick" }')
end)

test("a run that fails can be replayed", function()
	write("runs/fails.lua", '--| e boot\n--| e ready\n--| c one\n--| e idle\n--| s\n'
		.. 'boot { files = { play = "runs/fails.lua" } }\nexpect "two"\n')
	equal(shell(capos .. " run runs/fails.lua --record"), 13)
	local status, output = shell(capos .. " run runs/fails.lua --replay")
	equal(status, 13)
	says(output, "as recorded: 4 lines")
	os.remove(folder .. "/runs/fails.lua")
end)

test("a recording is of counted instructions, and of one boot", function()
	for _, with in ipairs { "--native", "--kvm", "--replay", "--gdb", "--count=all", "--loader=grub" } do
		equal(shell(capos .. " run runs/good.lua --record " .. with), 2)
	end
	write("runs/anew.lua", '--| e boot\n--| e ready\n--| s\nboot { files = { play = "runs/anew.lua" } }\nreboot()\n')
	local status, output = shell(capos .. " run runs/anew.lua --record")
	equal(status, 2)
	says(output, "reboot: a run that begins anew can't be recorded")
	os.remove(folder .. "/runs/anew.lua")
end)

test("KVM is tried, and what was found is said", function()
	local status, output = shell(capos .. " run runs/good.lua --kvm")
	equal(status, 0)
	says(output, "kvm: ")
end)

test("help is no failure", function()
	equal(shell(capos .. " help"), 0)
	for _, command in ipairs { "run", "test", "bench", "archive" } do
		local status, output = shell(capos .. " " .. command .. " --help")
		equal(status, 0)
		says(output, "usage: capos " .. command)
	end
	equal(shell(capos), 2)
	equal(shell(capos .. " nonsense"), 2)
end)

unit.finish()
