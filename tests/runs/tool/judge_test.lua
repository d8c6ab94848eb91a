-- SPDX-License-Identifier: MIT
-- The judge and what it is made of, against a machine that is a list.

package.path = "runs/tool/lua/?.lua;tests/runs/tool/?.lua"

local difference = require "difference"
local event = require "event"
local judge = require "judge"
local label = require "label"
local options = require "options"
local json = require "json"
local rounds = require "rounds"
local suggestion = require "suggestion"
local unit = require "unit"
local equal, test, thrown = unit.equal, unit.test, unit.thrown

-- A machine that reports what a list says: "c text", "s text" (the terminal), "e text", "x status"; "p text" is a
-- line that has no end. Each report takes a millisecond; nothing more is a timeout.
local function machine_of(reports)
	local machine = { position = 1, clock = 0, sent = "" }

	function machine:next(timeout)
		local report = reports[self.position]
		if self.unfinished and self.flushed then
			local text = self.unfinished
			self.unfinished = nil
			return "console", text
		elseif not report then
			self.clock = self.clock + timeout
			return "timeout"
		end
		self.position = self.position + 1
		self.clock = self.clock + 1
		local kind, content = report:sub(1, 1), report:sub(3)
		if kind == "p" then
			self.unfinished = content
			return self:next(timeout)
		elseif kind == "x" then
			return "exit", tonumber(content)
		end
		return ({ c = "console", s = "terminal" })[kind] or "event", content, kind == "t"
	end

	function machine:send(_, text)
		self.sent = self.sent .. text
		return true
	end

	function machine:traffic()
		return self.left or 0, 0
	end

	function machine:flush()
		self.flushed = self.unfinished ~= nil
		return self.flushed
	end

	return machine
end

local function judge_of(reports, more)
	local machine = machine_of(reports)
	local setup = {
		machine = machine,
		now = function() return machine.clock end,
		net_ms = 60000,
	}
	for name, value in pairs(more or {}) do
		setup[name] = value
	end
	return judge.new(setup), machine
end

local function text(content, more)
	local wanted = { text = content, place = "s.lua:1", shown = '"' .. content .. '"' }
	for name, value in pairs(more or {}) do
		wanted[name] = value
	end
	return wanted
end

local function pattern(content, more)
	local wanted = text(content, more)
	wanted.text, wanted.pattern = nil, content
	return wanted
end

-- ---- expect -------------------------------------------------------------------

test("expect finds texts in order, also within a line", function()
	local j = judge_of { "c a b c", "c d" }
	j:expect(text "a")
	j:expect(text "c")
	j:expect(text "d")
end)

test("expect does not go back", function()
	local j = judge_of { "c a b", "e idle" }
	j:expect(text "b")
	local failure = thrown(j.expect, j, text "a")
	equal(failure.kind, "silence")
	equal(failure.place, "s.lua:1")
	equal(failure.details[1], "nearest line (it came earlier): a b")
end)

test("expect takes plain text literally", function()
	local j = judge_of { "c took 12 (ms) [x]", "e idle" }
	j:expect(text "(ms) [x]")
	equal(thrown(j.expect, j, text "%d+").kind, "silence")
end)

test("a pattern's captures are answered, without any its match", function()
	local j = judge_of { "c took 12 ms of 40", "c took 13 ms" }
	local matches = j:expect(pattern "took (%d+) ms of (%d+)")
	equal(matches[1][1], "12")
	equal(matches[1][2], "40")
	equal(j:expect(pattern "%d+ ms")[1][1], "13 ms")
end)

test("a plain text answers its line", function()
	local j = judge_of { "c one line" }
	equal(j:expect(text "line")[1][1], "one line")
end)

test("count wants that many matches", function()
	local j = judge_of { "c x1 x2", "c x3", "e idle" }
	local matches = j:expect(pattern("x(%d)", { count = 3 }))
	equal(#matches, 3)
	equal(matches[3][1], "3")
	j = judge_of { "c x1 x2", "e idle" }
	equal(thrown(j.expect, j, pattern("x", { count = 3 })).kind, "silence")
end)

test("a pattern that matches nothing moves on", function()
	local j = judge_of { "c abc", "e idle" }
	equal(#j:expect(pattern("x*", { count = 4 })), 4)
end)

test("from follows the writer, through log servers, and its parts", function()
	local lines = { "c [init -> log] [hello] good", "c [init -> hello -> main] morning",
		"c [init -> hello2] evening", "e idle" }
	local j = judge_of(lines)
	j:expect(text("good", { from = "init -> hello" }))
	j:expect(text("morning", { from = "init -> hello" }))
	equal(thrown(j.expect, j, text("evening", { from = "init -> hello" })).kind, "silence")
end)

test("with from, the label itself is no match", function()
	local j = judge_of { "c [init -> hello] good", "e idle" }
	equal(thrown(j.expect, j, text("hello", { from = "init -> hello" })).kind, "silence")
	j = judge_of { "c [init -> hello] good" }
	j:expect(pattern("^good$", { from = "init -> hello" }))
end)

test("brackets in a text are no client, unless a log server wrote it", function()
	local j = judge_of({ "c [init -> hello] [info] text" },
		{ serves_log = function(path) return path == "init -> log" end })
	j:expect(text("[info] text", { from = "init -> hello" }))
end)

test("the nearest line is shown", function()
	local j = judge_of { "c something else", "c [init -> hello] good mourning", "e idle" }
	local failure = thrown(j.expect, j, text "[init -> hello] good morning")
	equal(failure.details[1], "nearest line: [init -> hello] good mourning")
	equal(failure.details[2], "last lines of hello:")
end)

test("an unfinished line counts when nothing more can come", function()
	local j = judge_of { "p shell$ ", "e idle" }
	j:expect(text "shell$")
	j = judge_of { "p shell$ ", "e idle" }
	equal(thrown(j.expect, j, text "other").kind, "silence")
end)

test("of several the first to come counts, whatever the order of asking", function()
	local j = judge_of { "c [init -> a] tea or coffee", "c coffee 2", "e idle" }
	local index, match = j:expect_any({ text "coffee", pattern "(t%a+) or" }, nil, "s.lua:1")
	equal(index, 2)
	equal(match[1], "tea")
	equal(j:expect_any({ text "cocoa", text "coffee" }, nil, "s.lua:2"), 2)
	equal(j:expect_any({ text "coffee", text "cocoa" }, nil, "s.lua:3"), 1)
	local failure = thrown(j.expect_any, j, { text "coffee", text "tea" }, nil, "s.lua:4")
	equal(failure.kind, "silence")
	equal(failure.message, 'expect_any "coffee", "tea": nothing can happen any more')
	equal(failure.place, "s.lua:4")
end)

test("all of several come in any order, each by a match of its own", function()
	local j = judge_of { "c b1", "c a", "c c b2", "e idle" }
	local found = j:expect_all({ text "a", pattern "b(%d)", pattern "b(%d)" }, nil, "s.lua:1")
	equal(found[1][1], "a")
	equal(found[2][1], "1")
	equal(found[3][1], "2")
end)

test("what is still to come of several is told", function()
	local j = judge_of { "c b", "c aa bb", "e idle" }
	local failure = thrown(j.expect_all, j, { text "a", text "b", text "b", text "cc" }, nil, "s.lua:1")
	equal(failure.message, 'expect_all: still to come "cc": nothing can happen any more')
	j = judge_of { "c b" }
	equal(thrown(j.expect_all, j, { text "a", text "b" }, 3, "s.lua:1").kind, "timeout")
end)

test("time ends a wait: its own, then the scenario's", function()
	local j, machine = judge_of {}
	local failure = thrown(j.expect, j, text("x", { within = 2 }))
	equal(failure.kind, "timeout")
	equal(machine.clock, 2000)
	equal(thrown(j.expect, j, text "x").message, 'expect "x": not within the time of the whole scenario')
	equal(machine.clock, 60000)
end)

-- ---- never --------------------------------------------------------------------

test("never holds for what was not yet consumed, and all that follows", function()
	local j = judge_of { "c error one", "c error two", "c end" }
	j:expect(text "one")
	j:never(text("two", { place = "s.lua:7" }))
	local failure = thrown(j.expect, j, text "end")
	equal(failure.kind, "never")
	equal(failure.place, "s.lua:7")
	equal(failure.details[1], "the line: error two")
end)

test("never does not mind what firmware says before the kernel starts", function()
	local j = judge_of({ "c error: no suitable mode", "c [init -> a] x", "e boot", "c error" },
		{ firmware = true })
	j:never(text "error")
	j:expect(text "x")
	equal(thrown(j.expect, j, text "y").kind, "never")
end)

test("never minds lines that came but were not consumed", function()
	local j = judge_of { "c error", "e event exited init -> a|code=0" }
	j:await("exited", "a", {}, "s.lua:1")
	equal(thrown(j.never, j, text "error").kind, "never")
end)

-- ---- events -------------------------------------------------------------------

test("events wait in a queue until they are asked for", function()
	local j = judge_of { "e event exited init -> b|code=0", "e event exited init -> a|code=7" }
	equal(j:await("exited", "a", { code = 7 }, "s.lua:1").code, "7")
	j:await("exited", "init -> b", {}, "s.lua:2")
end)

test("an event is taken once", function()
	local j = judge_of { "e event exited init -> a|code=0", "e idle" }
	j:await("exited", "a", {}, "s.lua:1")
	equal(thrown(j.await, j, "exited", "a", {}, "s.lua:2").kind, "silence")
end)

test("another detail than the expected fails at once", function()
	local j = judge_of { "e event exited init -> a|code=-1" }
	local failure = thrown(j.await, j, "exited", "a", { code = 0 }, "s.lua:3")
	equal(failure.kind, "mismatch")
	equal(failure.message, "a exited with code=-1, expected 0")
end)

test("an address above 2^63 is compared as it is written", function()
	local j = judge_of({ "e event faulted init -> a|address=0xffffffff80000000" },
		{ may_fault = function() return true end })
	j:await("faulted", "a", { address = 0xffffffff80000000 }, "s.lua:1")
end)

test("an unannounced fault fails whatever waits", function()
	local j = judge_of({ "e event faulted init -> a|kind=x ip=0x10" },
		{ explain = function() return { "where" } end })
	local failure = thrown(j.expect, j, text "x")
	equal(failure.kind, "fault")
	equal(failure.message, "a faulted: kind=x ip=0x10")
	equal(failure.details[1], "where")
end)

test("a second boot is a reboot", function()
	local j = judge_of { "e boot", "e ready", "e boot" }
	equal(thrown(j.expect, j, text "x").kind, "reboot")
end)

test("a panic's backtrace is taken from the event channel, else from the console", function()
	for _, reports in ipairs { { "c backtrace 0x1", "e backtrace 0x3 0x4" }, { "c backtrace 0x3 0x4" } } do
		local seen
		local j = judge_of({ "e panic why", table.unpack(reports) },
			{ explain = function(_, report) seen = report.addresses return {} end })
		equal(thrown(j.expect, j, text "x").message, "the kernel panicked: why")
		equal(table.concat(seen, ","), "0x3,0x4")
	end
end)

test("a guest that uses up its time is told apart from a broken kernel", function()
	local j = judge_of { "e panic guest time budget exhausted: a component is still busy" }
	local failure = thrown(j.expect, j, text "x")
	equal(failure.kind, "budget")
	equal(failure.message, 'expect "x": guest time budget exhausted: a component is still busy')
end)

test("rubbish on the event channel is no event", function()
	for _, line in ipairs { "", " ", "event", "event x", "event exited", "event exited |", "bootx",
		"ready ", "finished", "finished MAYBE", "account x", "panicking", "\27[2J", "finish" } do
		equal(event.parse(line).word, "noise")
	end
end)

test("an overlong event is no event", function()
	local j = judge_of { "t finished PASS", "x 33" }
	j.ready = true
	equal(thrown(j.finish, j, "s.lua").kind, "exit")
end)

test("events are taken apart", function()
	local report = event.parse "event faulted init -> a -> b|kind=page address=0x0"
	equal(report.kind, "faulted")
	equal(report.subject, "init -> a -> b")
	equal(report.values.address, "0x0")
	equal(event.parse("account init|ram=1 caps=2").values.caps, "2")
	equal(event.parse("event started init -> a").subject, "init -> a")
	equal(event.parse("panic").text, "")
	equal(event.parse("finished FAIL account of init").reason, "account of init")
end)

-- ---- the terminal ---------------------------------------------------------------

test("what the terminal shows is a line like another, written by the terminal", function()
	local j = judge_of { "s [fake] one", "c [init -> a] two", "p $ ", "e idle" }
	j:expect(text("[fake] one", { from = "terminal" }))
	j:expect(text "[init -> a] two")
	j:expect(text("$ "))
	equal(j:written "terminal", "[fake] one\n")
end)

-- Idle, and core's answers until it is idle again, so many times.
local function idle_again(times)
	local reports = { "e idle" }
	for _ = 1, times do
		table.move({ "e idle", "e synced", "e idle" }, 1, 3, #reports + 1, reports)
	end
	return reports
end

test("at a terminal idle is believed once nothing has moved while core answered", function()
	local j, machine = judge_of(idle_again(9), { terminal = true })
	local moves = { { 5, 0 }, { 3, 0 }, { 0, 0 }, { 0, 7 } }
	function machine:traffic()
		return table.unpack(#moves > 1 and table.remove(moves, 1) or moves[1])
	end
	j:type("hello", "s.lua:1")
	equal(thrown(j.expect, j, text "done").kind, "silence")
	equal(machine.sent, "hello" .. ("sync\n"):rep(7))
end)

test("text that nobody reads is silence, and said", function()
	local j, machine = judge_of(idle_again(9), { terminal = true })
	machine.left = 4
	j:type("hello", "s.lua:1")
	local failure = thrown(j.expect, j, text "done")
	equal(failure.kind, "silence")
	equal(failure.details[1], "nobody has read the last 4 bytes that were sent")
end)

test("a terminal without room is the script's mistake", function()
	local j, machine = judge_of({}, { terminal = true })
	function machine:send() return false end
	equal(thrown(j.type, j, "hello", "s.lua:1").kind, "script")
end)

-- ---- the end --------------------------------------------------------------------

test("only PASS and status 33 together are a pass", function()
	local j, machine = judge_of { "e ready", "e idle", "e account init|ram=1", "e finished PASS", "x 33" }
	j:finish("s.lua")
	equal(machine.sent, "finish\n")
	equal(#j.accounts, 1)
	for _, rest in ipairs { { "x 33" }, { "e finished PASS", "x 35" }, { "e finished PASS", "x 265" } } do
		local other = judge_of { "e ready", table.unpack(rest) }
		equal(thrown(other.finish, other, "s.lua").kind, "exit")
	end
end)

test("finish is not sent before ready", function()
	local j, machine = judge_of { "e boot", "e idle" }
	equal(thrown(j.finish, j, "s.lua").kind, "silence")
	equal(machine.sent, "")
end)

test("a failure the machine reports concerns the accounts once it was asked to finish", function()
	local j = judge_of { "e finished FAIL RAM is missing" }
	equal(thrown(j.expect, j, text "x").kind, "finish")
	j = judge_of { "e ready", "e finished FAIL RAM is missing", "x 35" }
	local failure = thrown(j.finish, j, "s.lua")
	equal(failure.kind, "account")
	equal(failure.message, "the machine reports: RAM is missing")
end)

test("the end of the machine is explained by its status", function()
	for status, kind in pairs { [0] = "reboot", [1] = "exit", [33] = "exit", [265] = "exit" } do
		local j = judge_of { "x " .. status }
		equal(thrown(j.expect, j, text "x").kind, kind)
	end
end)

test("a console without end is stopped", function()
	local j = judge_of {}
	j.console.size = 64 << 20
	equal(thrown(j.add_line, j, "one more").kind, "flood")
end)

test("nobody is hurried at an interactive console", function()
	local j = judge_of({ "e idle", "c x" }, { patient = true, net_ms = 0 })
	j:expect(text "x")
end)

-- ---- small things ------------------------------------------------------------------

test("labels are shortened, completed and made file names", function()
	equal(label.full("a -> b"), "init -> a -> b")
	equal(label.full("init -> a"), "init -> a")
	equal(label.full("init"), "init")
	equal(label.full("initial"), "init -> initial")
	equal(label.short("init -> a -> b"), "a -> b")
	equal(label.file_name("init -> a -> b/../c"), "a.b_.._c")
	equal(label.file_name("init -> .."), "_.")
end)

test("a suggestion is near or none", function()
	local names = { expect = 1, never = 1, exited = 1 }
	equal(suggestion.nearest("expct", names), "expect")
	equal(suggestion.nearest("nevre", names), "never")
	equal(suggestion.nearest("zzz", names), nil)
end)

test("JSON comes back as it went", function()
	local value = { ["a.b"] = { value = 12, unit = 'x"\\' }, c = { d = 1.5 } }
	local back = json.decode(json.encode(value))
	equal(back["a.b"].value, 12)
	equal(back["a.b"].unit, 'x"\\')
	equal(back.c.d, 1.5)
	equal(json.encode { b = 1, a = 2 }, '{\n\t"a": 2,\n\t"b": 1\n}\n')
	for _, wrong in ipairs { "{", "", "{1: 2}", '{"a": }', "{} x", '{"a" 1}', '{"a": 1 "b": 2}', '{"a' } do
		equal(type(thrown(json.decode, wrong)), "string")
	end
end)

test("options are taken apart, and wrong ones refused", function()
	local specification = { build = { "value", "" }, jobs = { "number", "", short = "j" }, tap = { "flag", "" } }
	local found, rest = options.parse("x", "", specification, { "a", "--build=b", "-j2", "--tap", "c" })
	equal(found.build, "b")
	equal(found.jobs, 2)
	equal(found.tap, true)
	equal(table.concat(rest), "ac")
	equal(options.parse("x", "", specification, { "-j", "3" }).jobs, 3)
	for _, wrong in ipairs { "--biuld", "--tap=1", "--build", "--jobs=x", "-q" } do
		equal(thrown(options.parse, "x", "", specification, { wrong }).kind, "usage")
	end
	equal(tostring(thrown(options.parse, "x", "", specification, { "--biuld=1" })),
		"unknown option --biuld=1 (did you mean --build?)")
end)

test("equal texts have no difference", function()
	equal(difference.of("", ""), nil)
	equal(difference.of("a\nb", "a\nb"), nil)
end)

test("the first different line is told, also where one text ends", function()
	local number, details = difference.of("a\nb\nc\n", "a\nx\nc\n")
	equal(number, 2)
	equal(details[1], [[  got:    "b\n"]])
	number, details = difference.of("a\n", "a\nb\n")
	equal(number, 2)
	equal(details[1], "  got:    (the end)")
	number, details = difference.of("a\n", "a")
	equal(number, 1)
	equal(details[2], [[  wanted: "a"]])
end)

test("a component's text is its own lines, without those of its children", function()
	local judge_now = judge_of { "c [init -> a] 1", "c [init -> a -> b] 2", "c [init -> a] 3", "x 0" }
	thrown(judge_now.expect, judge_now, text("never to come"))
	equal(judge_now:written("init -> a"), "1\n3\n")
	equal(judge_now:written("init -> nobody"), "")
end)

-- ---- rounds ------------------------------------------------------------------

local function round(number, verdict, seen)
	return { scenario = "s", name = "s#" .. number, verdict = verdict, seen = seen }
end

test("rounds of a scenario are the same, or it is told what is not", function()
	equal(#rounds.differences { round(1, "pass", "a"), round(2, "pass", "a"), round(3, "pass") }, 0)
	equal(#rounds.differences { round(1, "fail"), round(2, "fail") }, 0)
	local lines = rounds.differences { round(1, "pass", "a"), round(2, "pass", "b"), round(3, "pass", "a") }
	equal(#lines, 1)
	equal(lines[1], "s was seen in 2 ways, in counted time; compare the console of s#1 and s#2")
	lines = rounds.differences { round(1, "pass", "a"), round(2, "fail", "b") }
	equal(lines[1], "s is flaky: 1 of 2 rounds failed")
end)

test("what was seen has a number of its own", function()
	equal(rounds.hash {}, "cbf29ce484222325")
	equal(rounds.hash { "a", "b" }, rounds.hash { "a", "b" })
	equal(rounds.hash { "ab" } == rounds.hash { "a", "b" }, false)
	equal(rounds.hash { "a" } == rounds.hash { "b" }, false)
end)

-- ---- reports of an init's state ----

test("a report is asked for, and put together from its pieces", function()
	local judge_now, machine = judge_of { "e ready", "e idle", "e asked 2", "e event state init -> a|at=0 of=1 data=QQ==",
		"e event state init|at=0 of=5 data=aGVs", "e event state init|at=3 of=5 data=bG8=" }
	local message, all = judge_now:report("init", "s.lua:1")
	equal(machine.sent, "report\n")
	equal(message, "hello")
	equal(all["init -> a"], "A")
end)

test("an answer to an earlier question is not taken for this one's", function()
	local judge_now = judge_of { "e event state init|at=0 of=3 data=b2xk", "e ready", "e asked 1",
		"e event state init|at=3 of=9 data=bG9zdA==", "e event state init|at=0 of=3 data=bmV3" }
	judge_now:pump() -- the first is there before anybody asks
	equal(judge_now:report("init", "s.lua:1"), "new")
end)

test("who can't report, and who never does, is told", function()
	local judge_now = judge_of { "e ready", "e event started init -> b -> c|", "e asked 1",
		"e event state init|at=0 of=1 data=QQ==" }
	equal(thrown(judge_now.report, judge_now, "init -> b", "s.lua:1").kind, "mismatch")
	judge_now = judge_of { "e ready", "e event started init -> a|", "e asked 1", "e idle" }
	equal(thrown(judge_now.report, judge_now, "init", "s.lua:1").kind, "silence")
end)

test("nobody is asked who has not begun to listen", function()
	local judge_now, machine = judge_of { "e event state init|at=0 of=3 data=b2xk", "e boot" }
	equal(thrown(judge_now.report, judge_now, "init", "s.lua:1").kind, "timeout")
	equal(machine.sent, "")
	judge_now, machine = judge_of { "e ready", "e event started init -> a|" }
	equal(thrown(judge_now.inject, judge_now, { subject = "a -> b", fault = "kill" }, "s.lua:1").kind, "timeout")
	equal(machine.sent, "")
end)

unit.finish()
