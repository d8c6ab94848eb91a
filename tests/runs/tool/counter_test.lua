-- SPDX-License-Identifier: MIT
-- The counting plugin, in a machine whose every instruction is known (counted_kernel.S), and what is
-- made of its counts.
--
--     lua5.4 counter_test.lua PLUGIN KERNEL FOLDER

package.path = "tests/runs/tool/?.lua;runs/tool/lua/?.lua"
package.preload.files = function() return {} end
package.preload.processes = function() return {} end

local bench_table = require "bench_table"
local counter = require "counter"
local flame_graph = require "flame_graph"
local profile = require "profile"
local timeline = require "timeline"
local timeline_graph = require "timeline_graph"
local unit = require "unit"
local equal, test = unit.equal, unit.test

local plugin, kernel, folder = arg[1], arg[2], arg[3]

local function status_of(command)
	local _, _, status = os.execute(command)
	return status
end

local function says(output, text)
	if not output:find(text, 1, true) then
		error(("does not say '%s':\n%s"):format(text, output), 2)
	end
end

-- ---- the plugin ----------------------------------------------------------------------

local machine = "qemu-system-x86_64 -M pc -bios qboot.rom -nodefaults -display none -cpu max -m 32M "
	.. "-device isa-debug-exit,iobase=0xf4,iosize=0x04 -icount shift=0,sleep=off "
	.. "-accel tcg,thread=single -kernel " .. kernel

local function run_counted(mode)
	local images <close> = assert(io.open(folder .. "/images.txt", "w"))
	images:write(("kernel %s %s\n"):format(kernel, kernel))
	images:close()
	local status = status_of(("%s -plugin %s,images=%s/images.txt,out=%s/counted.txt%s"):format(machine,
		plugin, folder, folder, mode or ""))
	return status, counter.read(folder)
end

local ticks, result = run_counted()
local row = result and result.rows.known

test("a row has its name and its divisor", function()
	equal(row and row.divisor, 1)
end)

test("as many instructions as the time-stamp counter says", function()
	equal(ticks, 2 * row.counts.instructions + 1)
	equal(row.counts.instructions, 33)
end)

test("a repeated instruction counts once for each round and once for the end", function()
	equal(counter.functions(row)["kernel:work"], 18 + 10)
end)

test("what costs more than an instruction is counted apart", function()
	local expected = { cr0 = 2, cr3 = 1, msr = 1, base = 0, vector = 0, locked = 2 }
	for name, count in pairs(expected) do
		if row.counts[name] ~= count then
			error(("%s: got %d, expected %d"):format(name, row.counts[name], count))
		end
	end
end)

test("loads, stores and lines are counted", function()
	-- lock inc, xchg and mov load, two returns as well; they store, as do mov, two calls and ten rounds
	equal(row.counts.loads, 5)
	equal(row.counts.stores, 2 + 1 + 2 + 10)
	equal(row.counts.data_lines, 2 + 1 + 1) -- counter and the one behind, buffer, stack
end)

test("a jump to another function takes the place of its caller", function()
	local stacks = {}
	for _, stack in ipairs(row.stacks) do
		stacks[stack.functions] = stack.count
	end
	equal(stacks["kernel:entry"], 1)
	equal(stacks["kernel:entry;kernel:work;kernel:leaf"], 2)
	equal(stacks["kernel:entry;kernel:tail"], 2)
end)

test("what was executed is covered, what was not is not", function()
	local count = 0
	for _ in pairs(result.covered) do
		count = count + 1
	end
	assert(count > 30, count)
end)

test("without programs to know nothing is counted, and nothing fails", function()
	local status = status_of(("%s -plugin %s,out=%s/none.txt"):format(machine, plugin, folder))
	equal(status, ticks)
	local file <close> = assert(io.open(folder .. "/none.txt"))
	equal(file:read("a"), "")
end)

test("a place that can't be written to ends QEMU with the reason", function()
	local pipe <close> = assert(io.popen(("%s -plugin %s,out=%s/no/such 2>&1"):format(machine, plugin,
		folder)))
	says(pipe:read("a"), "can't write")
end)

-- ---- profiles ------------------------------------------------------------------------

test("a profile that is written is read back", function()
	local rows = { ["ipc.call0"] = { ["kernel:a"] = 3, ["init:b"] = 2 }, x = {} }
	local text = profile.encode(rows)
	equal(text, "ipc.call0\n\t2 init:b\n\t3 kernel:a\nx\n")
	equal(profile.encode(profile.decode(text)), text)
end)

test("growth names what grew, the most first, and nothing else", function()
	local grown = profile.growth({ a = 10, b = 5, c = 7 }, { a = 12, b = 9, c = 7, d = 1 })
	equal(#grown, 3)
	equal(grown[1].name .. grown[2].name .. grown[3].name, "bad")
	equal(grown[3].before, 0)
end)

-- ---- the table -----------------------------------------------------------------------

local function compare(figure, counts, functions, noted)
	local failures, printed = {}, {}
	local print_before = print
	print = function(text) printed[#printed + 1] = text end
	local zero = { instructions = figure, kernel = 0, user = 0, cr0 = 0, cr3 = 2, msr = 0, base = 0,
		vector = 0, locked = 0, loads = 0, stores = 0, code_lines = 0, data_lines = 0 }
	for name, count in pairs(counts) do
		zero[name] = count
	end
	bench_table.compare({ row = { value = figure, unit = "instructions" } },
		{ row = { divisor = 1, counts = zero, functions = functions } }, {}, {}, noted, failures)
	print = print_before
	return failures, table.concat(printed, "\n")
end

local noted = {
	counts = { row = 100 },
	operations = { row = { cr0 = 0, cr3 = 2, msr = 0, base = 0, vector = 0, locked = 0 } },
	functions = { row = { ["kernel:find"] = 40, ["kernel:switch"] = 60 } },
}

test("a row that is as before is no failure", function()
	equal(#compare(100, {}, { ["kernel:find"] = 40, ["kernel:switch"] = 60 }, noted), 0)
end)

test("a row that grew names the functions that did", function()
	local failures = compare(110, {}, { ["kernel:find"] = 50, ["kernel:switch"] = 60 }, noted)
	equal(#failures, 1)
	says(failures[1], "row is 110: was 100: +10.0 %")
	says(failures[1], "+10 in kernel:find: 40 -> 50")
	equal(failures[1]:find("switch"), nil)
end)

test("one more write of a control register is a failure", function()
	local failures = compare(100, { cr0 = 1 }, { ["kernel:find"] = 40, ["kernel:switch"] = 60 }, noted)
	says(failures[1], "more cr0 0 -> 1")
	equal(#compare(100, { cr3 = 1 }, {}, noted), 0)
end)

test("two counts of the same that differ are a failure", function()
	local failures = compare(100, { instructions = 200 }, {}, noted)
	says(failures[1], "the machine has executed 200")
end)

-- ---- flame graphs --------------------------------------------------------------------

test("stacks are folded: a function has what it calls above it", function()
	local root = flame_graph.fold {
		{ count = 3, functions = "a:one;a:two" },
		{ count = 4, functions = "a:one" },
		{ count = 5, functions = "a:one;k:entry;k:go" },
		{ count = 1, functions = "a:one;a:two;k:entry" },
	}
	equal(root.total, 13)
	local one = root.children["a:one"]
	equal(one.total, 13)
	equal(one.children["a:two"].total, 4)
	equal(one.children["k:entry"].total, 5)
	equal(one.children["k:entry"].children["k:go"].total, 5)
end)

test("a flame graph is one file that names each function and its count", function()
	local svg = flame_graph.draw("title <x>", { { count = 75, functions = "a:one;k:go" },
		{ count = 25, functions = "a:one" } })
	says(svg, "title &lt;x&gt;")
	says(svg, "<title>k go: 75 instructions (75.0 %)")
	says(svg, "<title>a one: 100 instructions (100.0 %), 25 of its own")
	equal(svg:find("http://[^w]"), nil)
end)

-- ---- the timeline ---------------------------------------------------------------------

test("a slice for each switch, one behind the other", function()
	local _, traced = run_counted(counter.modes.timeline)
	equal(#traced.slices, 1) -- this machine never leaves its kernel
	equal(traced.slices[1].image, "kernel")
	equal(traced.slices[1].first, 0)
	equal(traced.left_out, 0)
	equal(#result.slices, 0) -- without being asked for
end)

test("slices in the form of others", function()
	local slices = counter.parse("slice kernel 0 1000 kernel_start\nslice a 1000 1500 ipc_call;f;main\n"
		.. "slice kernel 1500 1600 syscall_entry\nslice b 1600 2600 g\nslice kernel 2600 2700 vector-14\n"
		.. "slice a 2700 2800 \nleft-out 3\n").slices
	local text = timeline.chrome('with "quotes"', slices)
	says(text, '"args":{"name":"with ?quotes?"}')
	says(text, '{"ph":"X","name":"kernel_start","pid":1,"tid":1,"ts":0.000,"dur":1.000}')
	says(text, '{"ph":"M","name":"thread_name","pid":1,"tid":2,"args":{"name":"a"}}')
	says(text, '{"ph":"X","name":"f","pid":1,"tid":2,"ts":1.000,"dur":0.500,"args":{"called by":"main"}}')
	says(text, '"name":"system call","pid":1,"tid":1,"ts":1.500,"dur":0.100')
	says(text, '"name":"g","pid":1,"tid":3')
	says(text, '"name":"page fault"')
	says(text, '{"ph":"X","name":"","pid":1,"tid":2,"ts":2.700')
end)

local drawn = counter.parse("slice kernel 0 1000 kernel_start\nslice a 1000 1500 first_of_a\n"
	.. "slice kernel 1500 1600 syscall_entry\nslice b<c 1600 2600 only_one\nslice kernel 2600 2601 vector-14\n"
	.. "slice a 2601 3000 last_of_a\n").slices

test("a picture spans all, or the life of one program", function()
	local first, last = timeline_graph.span(drawn)
	equal(first, 0)
	equal(last, 3000)
	first, last = timeline_graph.span(drawn, "b<c")
	equal(first, 1600)
	equal(last, 2600)
	equal(timeline_graph.span(drawn, "nobody"), nil)
	equal(timeline_graph.span({}), nil)
end)

test("a row for each program, a bar for each slice, a line for each switch", function()
	local svg = timeline_graph.draw("title <x>", drawn, 1000, 3000)
	says(svg, "title &lt;x&gt;: who runs when")
	says(svg, ">b&lt;c</text>")
	says(svg, '>first_of_a</text>')
	says(svg, '>last_of_a</text>')
	says(svg, '<path d="M345.0 125h43.0M818.0 125h0.5"') -- the kernel's first slice is before what is wanted
	says(svg, 'class="switch" d="M388 57V91M818 57V91"') -- from a to b<c and back
	says(svg, '<path d="M130.0 57h215.0M818.4 57h171.6" stroke="#8fb8de"')
	equal(svg:find("http://[^w]"), nil)
end)

test("what is less than a pixel apart is one bar, with the name of the longest", function()
	local svg = timeline_graph.draw("t", { { image = "a", first = 0, last = 400000, what = "short" },
		{ image = "kernel", first = 400000, last = 400010, what = "syscall_entry" },
		{ image = "a", first = 400010, last = 1000000, what = "long" } }, 0, 1000000)
	says(svg, '<path d="M130.0 57h860.0"')
	says(svg, ">long</text>")
	equal(svg:find(">short<", 1, true), nil)
end)

unit.finish()
