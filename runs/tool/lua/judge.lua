-- SPDX-License-Identifier: MIT
-- Judge: reads what a machine reports and decides whether the scenario holds.
--
-- Lines of the console stand in a list that `expect` consumes in order. Events stand in a
-- queue until a word takes them, so that an early one is not lost. Whatever must never happen
-- (panic, reboot, unannounced fault …) throws at once, whichever word waits.
--
-- The machine is any table with next(ms), send(line, text), traffic() and flush(), so that the
-- judge can be tested without one.
--
-- When the kernel says that it is idle, nothing more can happen, unless there is a terminal: what was
-- typed or shown may be on its way, within QEMU. So core is asked to answer, and the kernel to be idle
-- again. If nothing has moved at the terminal by then, several times in a row (QEMU takes turns with
-- its lines), nothing will.

local console = require "console"
local event = require "event"
local failure = require "failure"
local label = require "label"
local state_report = require "state_report"

local judge = {}
judge.__index = judge

local CONSOLE_BYTES_MAX = 64 << 20
local LAST_WORDS_MS = 1000
local RETRY_MS = 100 -- what changes without a line or an event is asked for so often
local PASS_STATUS = 33
local SYNCS_IN_VAIN = 3

-- setup: machine, now() in ms, net_ms (wall clock for the whole scenario), may_fault(label),
-- serves_log(label), explain(kind, event) -> lines, on_line, on_event, on_input to observe;
-- terminal: the machine has one; patient: somebody sits at the console, so neither silence nor time is judged; firmware: what
-- comes before the kernel starts is not the scenario's and may say whatever it likes.
function judge.new(setup)
	local self = setmetatable({
		machine = setup.machine,
		now = setup.now,
		net = setup.now() + setup.net_ms,
		net_ms = setup.net_ms,
		may_fault = setup.may_fault or function() return false end,
		explain = setup.explain or function() return {} end,
		on_line = setup.on_line or function() end,
		on_event = setup.on_event or function() end,
		on_input = setup.on_input or function() end,
		patient = setup.patient,
		terminal = setup.terminal and {}, -- what was seen of it last, and how often in a row
		firmware = setup.firmware,

		console = console.new(setup.serves_log or function() return true end),
		forbidden = {},
		queue = {},
		accounts = {},
		state_parts = {},
		states = {},
		state_count = 0,
		heard = {}, -- paths of those that have said something, or of whose children it was said
		to_fault = {}, -- how often, by path: injected
		seen = 0, -- lines and events until now
		idle = false,
		waiting = { what = "start" },
	}, judge)
	return self
end

function judge:fail(kind, message, details)
	failure.throw(kind, message, self.waiting.place, details)
end

-- ---- what the machine says -------------------------------------------------

function judge:forbid(wanted, line)
	failure.throw("never", ("never %s, but it came"):format(wanted.shown), wanted.place,
		{ "the line: " .. line.text })
end

function judge:add_line(text)
	local line = self.console:add(text, self.firmware and not self.booted)
	self.on_line(line)
	self.seen = self.seen + 1
	for _, wanted in ipairs(self.forbidden) do
		if not line.firmware and console.find(wanted, line, 1) then
			self:forbid(wanted, line)
		end
	end
	if self.console.size > CONSOLE_BYTES_MAX then
		self:fail("flood", ("the console has more than %d MiB"):format(CONSOLE_BYTES_MAX >> 20))
	end
end

-- A piece of what a parent reports of its state; each is whole before the next one comes.
function judge:add_state(report)
	local parts = self.state_parts[report.subject] or {}
	self.state_parts[report.subject] = parts
	local whole = state_report.collect(parts, report.values)
	if whole then
		self.states[report.subject] = whole
		self.state_count = self.state_count + 1
	end
end

-- A panic's backtrace follows it on the event channel, or, where that fails, on the console.
function judge:collect_backtrace()
	local found, deadline = {}, self.now() + LAST_WORDS_MS
	while self.now() < deadline do
		local kind, text = self.machine:next(deadline - self.now())
		if kind == "exit" or kind == "interrupt" then
			break
		elseif kind == "console" then
			self:add_line(text)
		end
		if (kind == "console" or kind == "event") and text:find("^backtrace ") then
			found[kind] = event.addresses(text)
		end
	end
	return found.event or found.console or {}
end

-- Who was injected a fault may have it, once.
function judge:fault_announced(subject)
	local left = self.to_fault[subject]
	self.to_fault[subject] = left and left > 1 and left - 1 or nil
	return left or self.may_fault(subject)
end

-- What an init says of itself; all else, a parent says of a child.
local own_events = { configured = true, refused = true, state = true }

local on_word = {
	boot = function(self)
		if self.booted then
			self:fail("reboot", "the machine started a second time", self:last_lines())
		end
		self.booted = true
	end,
	ready = function(self)
		self.ready = true
	end,
	idle = function(self)
		self.idle = not self.syncing
	end,
	synced = function(self)
		self.syncing = false
	end,
	event = function(self, report)
		local parent = report.subject:match("^(.*) %-> ")
		self.heard[own_events[report.kind] and report.subject or parent or ""] = true
		if report.kind == "faulted" and not self:fault_announced(report.subject) then
			local message = ("%s faulted: %s"):format(label.short(report.subject), report.detail)
			local details = self.explain("fault", report)
			self:fail("fault", message, self:last_lines(report.subject, details))
		end
		if report.kind == "state" then
			self:add_state(report)
		elseif report.kind == "injected" then
			self.injected = report
		else
			self.queue[#self.queue + 1] = report
			self.seen = self.seen + 1
		end
	end,
	asked = function(self, report)
		self.asked = report.count
	end,
	account = function(self, report)
		self.accounts[#self.accounts + 1] = report
	end,
	panic = function(self, report)
		report.addresses = self:collect_backtrace()
		if report.text:find("budget exhausted", 1, true) then
			local lines = self.explain("panic", report)
			self:fail("budget", ("%s: %s"):format(self.waiting.what, report.text),
				table.move(self:context(), 1, 100, #lines + 1, lines))
		end
		self:fail("panic", "the kernel panicked: " .. report.text,
			self:last_lines(nil, self.explain("panic", report)))
	end,
	finished = function(self, report)
		if report.pass then
			self.passed = true
			return
		end
		local details = {}
		for i, account in ipairs(self.accounts) do
			details[i] = ("  %s  %s"):format(account.label, account.detail)
		end
		self:fail(self.finishing and "account" or "finish",
			"the machine reports: " .. report.reason, self:last_lines(nil, details))
	end,
	backtrace = function() end,
	noise = function() end,
}

local on_report = {
	console = function(self, text)
		self.idle = false
		self:add_line(text)
	end,
	terminal = function(self, text)
		self.idle = false
		self:add_line("[terminal] " .. text)
	end,
	event = function(self, text, truncated)
		local report = event.parse(text)
		if truncated then
			report = { word = "noise", text = text }
		end
		self.idle = false
		self.on_event(report, text)
		on_word[report.word](self, report)
	end,
	exit = function(self, status)
		self.status = status
	end,
	input = function(self, text)
		self.on_input(text)
	end,
	timeout = function() end,
	interrupt = function(self)
		self:fail("interrupt", "interrupted")
	end,
}

local status_meaning = {
	[0] = "it reset itself or was switched off",
	[1] = "QEMU gave up",
	[PASS_STATUS] = "it says that it has passed, unasked",
	[35] = "it says that it has failed",
	[37] = "its kernel gave up without a word",
}

function judge:fail_ended()
	local kind = self.status == 0 and "reboot" or "exit"
	local meaning = status_meaning[self.status]
		or self.status >= 256 and ("killed by signal %d"):format(self.status - 256) or "unexpected"
	self:fail(kind, ("%s: the machine ended with status %d (%s)"):format(self.waiting.what,
		self.status, meaning), self:last_lines(self.waiting.subject, self.explain("exit", {})))
end

-- Takes in the next report, if one comes until `at_most`.
function judge:pump(deadline, at_most)
	local left = math.min(deadline or math.huge, self.net) - self.now()
	if self.patient then
		left = 1000
	elseif left <= 0 then
		local net = not deadline or self.net < deadline
		self:fail("timeout", ("%s: not within %s"):format(self.waiting.what,
			net and "the time of the whole scenario" or "its time"), self:context())
	end
	if at_most then
		left = math.max(0, math.min(left, at_most - self.now()))
	end
	local kind, content, truncated = self.machine:next(left)
	on_report[kind](self, content, truncated)
end

-- Whether the kernel is idle, and not for want of what is on its way (see above).
function judge:surely_idle()
	if not self.idle then
		return false
	end
	local terminal = self.terminal
	if not terminal then
		return true
	end
	local unread, size = self.machine:traffic()
	if terminal.unread == unread and terminal.size == size then
		terminal.in_vain = terminal.in_vain + 1
	else
		terminal.unread, terminal.size, terminal.in_vain = unread, size, 0
	end
	if terminal.in_vain > SYNCS_IN_VAIN then
		return true
	end
	self.syncing, self.idle = true, false
	self.machine:send("event", "sync\n")
	return false
end

-- The machine has no power from here on: nothing can be waited for.
function judge:switch_off(place)
	self:await_power(place, "power_cut")
	self.off, self.interfered = true, true
end

function judge:await_power(place, what)
	self.waiting = { place = place, what = what }
	if self.off then
		self:fail("script", what .. ": the machine is off; reboot() comes first")
	end
end

-- The machine begins anew, perhaps as another process. What was awaited is forgotten; what must never come stays.
function judge:begin(machine)
	self.machine, self.interfered = machine, true
	self.off, self.booted, self.ready, self.idle = nil, nil, nil, false
	self.passed, self.finishing, self.status, self.syncing = nil, nil, nil, nil
	self.terminal = self.terminal and {}
	self.queue, self.accounts, self.heard, self.to_fault = {}, {}, {}, {}
	self.net = self.now() + self.net_ms
	self.console:skip()
end

-- Waits until attempt() answers something; `waiting` says for what, and where that stands.
function judge:wait(waiting, attempt)
	self:await_power(waiting.place, waiting.what)
	self.waiting = waiting
	local deadline = waiting.within and self.now() + 1000 * waiting.within
	while true do
		local result = attempt()
		if result then
			return result
		elseif self.status then
			self:fail_ended()
		end
		local idle = self:surely_idle()
		local unfinished = idle and self.machine:flush() -- a prompt has no end of line
		if idle and not unfinished and not self.patient and not waiting.idle_allowed then
			self:fail("silence", waiting.what .. ": nothing can happen any more", self:context())
		end
		self:pump(deadline)
		self.idle = self.idle or unfinished
	end
end

-- ---- what the reader is told ------------------------------------------------

-- `details` and the last lines of a component, or of all.
function judge:last_lines(subject, details)
	return self.console:add_last_lines(details or {}, subject and label.full(subject))
end

function judge:context()
	local waiting, details = self.waiting, {}
	local nearest = waiting.text and self.console:nearest(waiting.text)
	if nearest then
		local seen = nearest:find(waiting.text, 1, true) and " (it came earlier)" or ""
		details[1] = ("nearest line%s: %s"):format(seen, nearest)
	end
	if self.terminal and (self.terminal.unread or 0) > 0 then
		details[#details + 1] = ("nobody has read the last %d bytes that were sent"):format(self.terminal.unread)
	end
	for _, report in ipairs(self.queue) do
		details[#details + 1] = ("event nobody asked for: %s %s %s"):format(report.kind,
			label.short(report.subject), report.detail)
	end
	return self:last_lines(waiting.subject, details)
end

-- ---- words --------------------------------------------------------------------

-- Waits for matches of a list of texts and patterns until enough(match, index) answers something.
-- What is still looked for may be taken out of the list meanwhile.
function judge:look_for(wanted_list, waiting, enough)
	local next_match = self.console:matches(wanted_list)
	local first = wanted_list[1]
	waiting.text = first.text or first.pattern
	waiting.subject = first.from or (first.text or ""):match("^%[([^%]]+)%]")

	return self:wait(waiting, function()
		for match, index in next_match do
			local result = enough(match, index)
			if result then
				return result
			end
		end
	end)
end

-- wanted: text (plain) or pattern, shown, place, from, count, within.
-- Answers the list of what each match captured.
function judge:expect(wanted)
	local found = {}
	local waiting = { place = wanted.place, what = "expect " .. wanted.shown, within = wanted.within }

	return self:look_for({ wanted }, waiting, function(match)
		found[#found + 1] = match
		return #found == (wanted.count or 1) and found
	end)
end

local function shown_of(wanted_list)
	local texts = {}
	for i, wanted in ipairs(wanted_list) do
		texts[i] = wanted.shown
	end
	return table.concat(texts, ", ")
end

-- Whichever of several comes first. Answers which one, and what it captured.
function judge:expect_any(wanted_list, within, place)
	local waiting = { place = place, what = "expect_any " .. shown_of(wanted_list), within = within }
	local found = self:look_for(wanted_list, waiting, function(match, index)
		return { index = index, match = match }
	end)

	return found.index, found.match
end

-- Several in any order, each by a match of its own. Answers what they captured, in the order given.
function judge:expect_all(wanted_list, within, place)
	local left, places, found = {}, {}, {}
	for i, wanted in ipairs(wanted_list) do
		left[i], places[i] = wanted, i
	end
	local waiting = { place = place, what = "expect_all " .. shown_of(left), within = within }

	return self:look_for(left, waiting, function(match, index)
		found[table.remove(places, index)] = match
		table.remove(left, index)
		waiting.what = "expect_all: still to come " .. shown_of(left)
		waiting.text = left[1] and (left[1].text or left[1].pattern)
		return #left == 0 and found
	end)
end

-- Asks attempt(), which may use all other words, until it answers something: again after each line and
-- event, and a last time when nothing can happen any more.
function judge:eventually(what, attempt, place)
	local waiting = { place = place, what = "eventually " .. what }
	while true do
		local last = self.idle
		local result = attempt()
		if result then
			return result
		end
		self.waiting = waiting
		if last and not self.patient then
			self:fail("silence", waiting.what .. ": nothing can happen any more", self:context())
		end
		local seen, again = self.seen, self.now() + RETRY_MS
		repeat
			if self.status then
				self:fail_ended()
			end
			self:pump(nil, again)
		until self.seen ~= seen or self.idle or self.now() >= again
	end
end

-- From the cursor to the end of the scenario.
function judge:never(wanted)
	local line = self.console:find_unread(wanted)
	if line then
		self:forbid(wanted, line)
	end
	self.forbidden[#self.forbidden + 1] = wanted
end

local function same(value, text)
	if type(value) == "number" then
		return tonumber(text) == value
	end
	return tostring(value) == text
end

-- Refuses an event whose details are not as expected.
function judge:compare(report, values)
	for key, value in pairs(values) do
		local got = report.values[key]
		if not same(value, got) then
			local form = (key == "address" or key == "ip") and "0x%x" or "%s"
			local message = ("%s %s with %s=%s, expected %s"):format(label.short(report.subject),
				report.kind, key, got or "nothing", form:format(value))
			self:fail("mismatch", message, self:last_lines(report.subject))
		end
	end
end

-- Waits for an event of `kind` about `subject`; all `values` must be as given. Answers its values;
-- those of a fault have the symbolised backtrace as `trace`.
function judge:await(kind, subject, values, place)
	local path = label.full(subject)
	local waiting = { place = place, what = ('%s { "%s" }'):format(kind, subject), subject = path }

	return self:wait(waiting, function()
		for i, report in ipairs(self.queue) do
			if report.kind == kind and report.subject == path then
				table.remove(self.queue, i)
				self:compare(report, values)
				if kind == "faulted" then
					report.values.trace = table.concat(self.explain("fault", report), "\n")
				end
				return report.values
			end
		end
	end)
end

-- Types at the machine's terminal.
function judge:type(text, place)
	if not self.machine:send("terminal", text) and not self.status then
		failure.throw("script", ("send: the terminal has no room for %d bytes"):format(#text), place)
	end
	self.terminal.unread, self.idle, self.interfered = nil, false, true
end

-- Whether an event has come that no word has asked for yet.
function judge:queued(kind, path)
	for _, report in ipairs(self.queue) do
		if report.kind == kind and report.subject == path then
			return true
		end
	end
	return false
end

-- All that the component at `path`, and it alone, has written until now.
function judge:written(path)
	return self.console:text_of(path)
end

-- Asks those parents that listen to do something; self.asked is then how many they are. The one at `path` has said
-- something by then, unless it never does. The rest is theirs to do.
function judge:ask(order, path, waiting)
	waiting.idle_allowed = true
	self:wait(waiting, function()
		return self.ready and (self.heard[path] or self.idle)
	end)
	self.asked, self.interfered = nil, true
	self.machine:send("event", order .. "\n")
	self:wait(waiting, function()
		return self.asked
	end)
	self.idle, waiting.idle_allowed = false, nil
end

-- Asks all inits for their state; answers the message of the one at `path`, and all by their paths.
function judge:report(path, place)
	local waiting = { place = place, what = ('report "%s"'):format(label.short(path)), subject = path }
	self.states, self.state_count = {}, 0
	self:ask("report", path, waiting)
	self:wait(waiting, function()
		return self.state_count >= self.asked
	end)
	if not self.states[path] then
		self:fail("mismatch", label.short(path) .. " reports nothing: it is no init, or has no route to Event",
			self:last_lines(path))
	end
	return self.states[path], self.states
end

-- Has a parent do something to its child: order.fault, or drop the session order.service, order.label.
function judge:inject(order, place)
	local subject, fault = label.full(order.subject), order.fault
	local parent, child = subject:match("^(.*) %-> (.-)$")
	local shown = ("inject %s into %s"):format(fault, label.short(subject))
	local waiting = { place = place, what = shown, subject = subject }
	if not parent then
		self.waiting = waiting
		self:fail("mismatch", shown .. ": it has no parent that could be asked")
	end
	if order.faults then
		self.to_fault[subject] = (self.to_fault[subject] or 0) + 1
	end
	self.injected = nil
	self:ask(("inject %s %s|%s|%s|%s"):format(fault, parent, child, order.service or "", order.label or ""),
		parent, waiting)
	if self.asked == 0 then
		self:fail("mismatch", ("%s: %s takes no orders: it is no init, or has no route to Event"):format(shown,
			label.short(parent)))
	end
	local answer = self:wait(waiting, function()
		return self.injected
	end)
	local refusal = answer.detail:match("^refused=(.*)$")
	if refusal then
		self:fail("mismatch", ("%s: %s"):format(shown, refusal), self:last_lines(subject))
	end
end

-- Ends the machine in good order; answers when it has passed.
function judge:finish(place)
	self:wait({ place = place, what = "end of the script" }, function()
		return self.ready
	end)
	self.machine:send("event", "finish\n")
	self.finishing = true
	self:wait({ place = place, what = "the closing account check", idle_allowed = true }, function()
		return self.status
	end)
	if self.status ~= PASS_STATUS or not self.passed then
		self.waiting.what = self.passed and "after the pass" or "without a verdict"
		self:fail_ended()
	end
end

return judge
