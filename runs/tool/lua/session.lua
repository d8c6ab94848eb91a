-- SPDX-License-Identifier: MIT
-- Session: one scenario from its script to its verdict.
--
-- Made with the options of `capos run`; boot() composes and starts the machine,
-- judge() is what the words talk to, finish() and fail() close.

local accelerator = require "accelerator"
local artefacts = require "artefacts"
local composition = require "composition"
local counter = require "counter"
local event = require "event"
local failure = require "failure"
local files = require "files"
local host = require "host"
local judge = require "judge"
local label = require "label"
local monitor = require "monitor"
local policy_words = require "policy_words"
local qemu = require "qemu"
local recording = require "recording"
local rounds = require "rounds"
local run_page = require "run_page"
local state_report = require "state_report"
local suggestion = require "suggestion"
local symbols = require "symbols"
local view = require "view"

local session = {}
session.__index = session

local NS_PER_SECOND = 1e9

-- Where real time passes, the guest's budget depends on the host, and is a net only.
local REAL_TIME_SLACK = 3

-- Wall seconds for a scenario: a net below the guest's own budget, with ample slack.
local NET_SECONDS, NET_PER_GUEST_SECOND = 60, 3

local RECORDING_END_MS = 10000

local END_KEY = "\29" -- Ctrl-]

-- options: build, loader, name, native, count, gdb, interactive, verbose, quiet, ram, set, timeout_scale
function session.new(path, options)
	return setmetatable({
		path = path,
		options = options,
		build = options.build,
		directory = ("%s/runs/%s"):format(options.build, options.name),
		view = view.new {
			terminal = files.terminal(1) and not options.quiet,
			verbose = options.verbose,
			quiet = options.quiet,
			interactive = options.interactive,
		},
		started = files.now(),
		asked = {},
	}, session)
end

-- What was set from outside, or the script's own.
function session:setting(name, default)
	self.asked[name] = true
	return self.options.set and self.options.set[name] or default
end

local function check_settings(self, place)
	for name in pairs(self.options.set or {}) do
		if not self.asked[name] then
			local nearest = suggestion.nearest(name, self.asked)
			failure.throw("usage", ("the script has no setting '%s'%s"):format(name,
				nearest and (" (did you mean '%s'?)"):format(nearest) or ""), place)
		end
	end
end

function session:kernel_arguments(own)
	local arguments = {}
	if not self.options.gdb and not self.interactive then
		local counted = self.options.loader == "qemu" and not self.options.native
		local slack = counted and 1 or REAL_TIME_SLACK
		arguments[1] = ("budget=%.0f"):format(own.within * slack * NS_PER_SECOND)
	end
	arguments[#arguments + 1] = own.kernel_args
	return table.concat(arguments, " ")
end

function session:kvm_works(kernel)
	local works, finding = accelerator.try_kvm(qemu.program, kernel)
	self.view:note(finding)
	return works
end

-- Writes the archive and answers the machine to be started.
function session:prepare(own, plan, place)
	local kernel = self.build .. "/kernel.elf"
	local size, problem = files.size(kernel)
	if not size then
		failure.throw("missing", ("the kernel is not built (%s)"):format(problem), place)
	end
	local members, knowledge = composition.members(own, plan, self.build, place)
	local machine = {
		loader = self.options.loader,
		kernel = kernel,
		archive = self.directory .. "/boot.archive",
		command_line = self:kernel_arguments(own),
		ram = self.options.ram or own.machine.ram,
		cpus = own.machine.cpus,
		extra = own.machine.args or {},
		native = self.options.native,
		kvm = self.options.kvm and self:kvm_works(kernel),
		gdb = self.options.gdb,
		terminal = own.machine.terminal,
	}
	local written
	written, problem = files.archive(machine.archive, members)
	if not written then
		failure.throw("missing", problem, place)
	end
	if machine.loader ~= "qemu" then
		qemu.make_iso(machine, self.directory)
	end
	self.members = members
	if self.options.replay then
		recording.prepare(self.options.replay, self.directory, machine, place)
	end
	if self.options.count then
		machine.counter = counter.argument(self.build, self.directory, members, self.options.count)
	end
	return machine, knowledge
end

-- ---- what the judge asks for ---------------------------------------------------

local explanations = {
	fault = function(self, report)
		local binary = report.values.binary or report.subject:match("([^ ]+)$")
		local addresses = event.addresses(report.values.backtrace or report.values.ip or "")
		local debug_file = ("%s/components/%s.debug"):format(self.build, binary)
		return symbols.lines(debug_file, addresses, true)
	end,
	panic = function(self, report)
		return symbols.lines(self.build .. "/kernel.elf", report.addresses,
			report.text:find("^trap ") ~= nil)
	end,
	exit = function(self)
		local file = io.open(self.artefacts:path("qemu.log"))
		local lines = {}
		for line in file and file:lines() or function() end do
			lines[#lines + 1] = #lines < 5 and "qemu: " .. line or nil
		end
		if file then
			file:close()
		end
		return lines
	end,
}

function session:on_line(line)
	self.artefacts:add_line(line)
	self.view:line(line)
	if line.writer and not self.first_line then
		self.first_line = files.now() - self.machine_started
	end
end

function session:on_input(text)
	if text == "" or text:find(END_KEY, 1, true) then
		self.user_done = true
	else
		self.machine:send(self.typed_line, text)
	end
end

function session:make_judge(knowledge, own)
	local scale = self.options.timeout_scale
	return judge.new {
		machine = self.machine,
		now = files.now,
		net_ms = math.max(NET_SECONDS, NET_PER_GUEST_SECOND * own.within) * 1000 * scale,
		patient = self.interactive or self.options.gdb,
		firmware = self.options.loader ~= "qemu",
		terminal = own.machine.terminal,
		may_fault = knowledge.may_fault,
		serves_log = knowledge.serves_log,
		explain = function(kind, report) return explanations[kind](self, report) end,
		on_line = function(line) self:on_line(line) end,
		on_input = function(text) self:on_input(text) end,
		on_event = function(report, text)
			self.artefacts:add_event(text)
			self.view:event(report)
		end,
	}
end

-- ---- the life of a scenario ------------------------------------------------------

function session:print_gdb(kernel)
	print("gdb waits: gdb -ex 'target remote :1234' " .. kernel)
	for _, member in ipairs(self.members) do
		local debug_path = ("%s/components/%s.debug"):format(self.build, member.name)
		if files.size(debug_path) then
			print("  a component's symbols: add-symbol-file " .. debug_path)
		end
	end
end

-- What was found in the policy: without a plan an error, else warnings.
function session:report(plan, messages, place)
	if not plan then
		if not messages[1] then
			failure.throw("script", "the policy has errors", place)
		end
		failure.throw("script", messages[1], nil, table.move(messages, 2, #messages, 1, {}))
	end
	for _, message in ipairs(messages) do
		self.view:note(message)
	end
end

-- From here on the keys go to the machine, but for the one that ends it.
function session:connect(own)
	self.view:note(("the %s is yours; Ctrl-] ends the run"):format(self.typed_line))
	self.user_component = own.interactive and label.full(own.interactive)
	files.raw(true, self.typed_line == "terminal")
	self.machine:connect(self.typed_line)
end

-- The word `boot`, with the plan its table comes down to and what was found in it. Answers whether a
-- person goes on from there, and not the script.
function session:boot(boot, place, plan, messages)
	if self.machine then
		failure.throw("script", "boot stands twice: a scenario boots once", place)
	end
	check_settings(self, place)
	local own, policy = composition.split(boot, place)
	local by_hand = own.interactive and self.view.terminal and files.terminal(0)
	self.interactive = self.options.interactive or by_hand
	self.view.interactive = self.interactive
	self.typed_line = own.machine.terminal and "terminal" or "console"
	if policy then
		self:report(plan, messages, place)
	elseif own.policy then
		plan, messages = policy_words.plan_of_file(self.build, own.policy)
		self:report(plan, messages, place)
	else
		plan = nil
	end
	self.artefacts = artefacts.open(self.directory)
	local machine, knowledge = self:prepare(own, plan, place)
	self.artefacts:write("qemu.sh", qemu.script(machine))
	if self.options.gdb then
		self:print_gdb(machine.kernel)
	end
	self.description = machine
	self:switch_on()
	self.current_judge = self:make_judge(knowledge, own)
	if self.interactive then
		self:connect(own)
	end
	return by_hand
end

function session:switch_on()
	self.machine_started = files.now()
	self.machine = qemu.start(self.description, self.artefacts:path("qemu.log"))
	self.monitor = monitor.new(self.machine)
	if self.interactive and self.current_judge then
		self.machine:connect(self.typed_line)
	end
end

-- The word `send`.
function session:type(text, place)
	local current = self:judge(place)
	if self.typed_line ~= "terminal" then
		failure.throw("script", "send: the machine has no terminal (machine = { terminal = true })", place)
	end
	current:type(text, place)
end

-- A recording is of one boot.
function session:refuse_replay(word, place)
	if self.options.replay then
		failure.throw("usage", word .. ": a run that begins anew can't be recorded", place)
	end
end

-- The machine loses its power: what it has not written is gone.
function session:power_cut(place)
	self:refuse_replay("power_cut", place)
	self:judge(place):switch_off(place)
	self.machine:stop()
	self:note("power_cut")
end

-- The same machine begins anew, with its disks as they are; one that runs is closed down before, and checked.
function session:reboot(place)
	self:refuse_replay("reboot", place)
	local current = self:judge(place)
	if not current.off then
		current:finish(place)
	end
	self.machine:stop()
	self:note("reboot")
	self:switch_on()
	current:begin(self.machine)
end

-- What is on the screen, as a file of the run.
function session:screenshot(name, place)
	self:judge(place):await_power(place, ('screenshot "%s"'):format(name))
	if self.options.replay then
		self.view:note("no screenshot: a machine that is recorded has no monitor")
		return
	end
	local path = self.artefacts:path(name .. ".png")
	local done, problem = self.monitor:execute("screendump", { filename = path, format = "png" })
	if not done then
		failure.throw("missing", ('screenshot "%s": %s'):format(name, problem), place,
			{ 'a machine has a screen by machine = { args = { "-device", "VGA" } }' })
	end
	self:note("screenshot " .. name)
end

-- A failure names the step it happened in.
function session:step(name)
	self.current_step = name
	self.view:step(name)
	self:note("step " .. name)
end

-- Something of the script's own, among the events.
function session:note(text)
	if self.artefacts then
		self.artefacts:add_event(text)
	end
end

function session:has_program(name)
	return host.has(name)
end

function session:host(arguments, input, place)
	self.view:status(("host: %s"):format(table.concat(arguments, " ")))
	return host.run(arguments, input, place)
end

function session:print(...)
	local texts = table.pack(...)
	for i = 1, texts.n do
		texts[i] = tostring(texts[i])
	end
	self.view:note(table.concat(texts, "\t"))
end

-- A figure that follows from what was seen; `capos bench` finds it among the events.
function session:figure(id, value, unit, place)
	self:judge(place)
	self.artefacts:add_event(("event bench script|%s %.0f %s"):format(id, value, unit))
end

function session:judge(place)
	if not self.current_judge then
		failure.throw("script", "this word stands before boot", place)
	end
	return self.current_judge
end

-- The state of one init as a table; those of all are left in the directory of the run.
function session:state_of(path, place)
	local message, all = self:judge(place):report(path, place)
	for name, bytes in pairs(all) do
		local suffix = name == "init" and "" or "." .. label.file_name(name)
		self.artefacts:write("state" .. suffix, bytes)
	end
	return state_report.decode(message, place)
end

function session:user_has_left()
	local path = self.user_component
	return self.user_done or self.current_judge.status
		or path and (self.current_judge:queued("exited", path) or self.current_judge:queued("faulted", path))
end

-- After the script's last line: closes the run; answers when it has passed.
function session:finish()
	if not self.current_judge then
		failure.throw("script", "the script never calls boot", self.path)
	end
	while self.interactive and not self:user_has_left() do
		self.current_judge:pump()
	end
	files.raw(false)
	if self.options.state then
		self.state = self:state_of("init", self.path)
	end
	self.current_judge:finish(self.path)
end

-- A number for all lines up to the one that the script read last, where time is counted: what comes
-- after that depends on when the machine is told to finish. What is typed comes at no counted time.
function session:seen()
	if not self.current_judge or self.current_judge.interfered or self.options.native or self.interactive
		or self.typed_line == "terminal" or self.options.loader ~= "qemu" then
		return nil
	end
	local console, texts = self.current_judge.console, {}
	for i = 1, math.min(console.cursor.line, #console.lines) do
		texts[i] = console.lines[i].text
	end
	return rounds.hash(texts)
end

function session:write_page(problem)
	run_page.write {
		name = self.options.name,
		path = self.path,
		directory = self.directory,
		seconds = self:seconds(),
		failure = problem,
		step = self.current_step,
		lines = self.current_judge and self.current_judge.console.lines or {},
		accounts = self.current_judge and self.current_judge.accounts or {},
		logs = files.list(self.directory .. "/log"),
		screens = self.artefacts:screens(),
	}
end

-- A recording is complete only when QEMU ends by itself.
function session:end_recording()
	local deadline = files.now() + RECORDING_END_MS
	self.machine:ask_to_end()
	repeat
		local kind = self.machine:next(deadline - files.now())
	until kind == "exit" or kind == "interrupt" or files.now() >= deadline
end

-- After close: whether what was replayed is what was recorded. Answers the failure, if not.
function session:compare_replay()
	local problem, same = recording.difference(self.directory)
	if problem then
		return failure.new("replay", problem, self.path)
	end
	self.view:note(("as recorded: %d lines and events, and the verdict"):format(same))
end

-- Whatever happened: nothing is left running, and the artefacts are complete. problem: the failure,
-- if any.
function session:close(problem)
	files.raw(false)
	if self.machine and self.options.replay == "record" then
		self:end_recording()
	end
	if self.machine then
		self.machine:stop()
	end
	if self.artefacts then
		local seen = self:seen()
		local form = "verdict %s\nwall_ms %.0f\nfirst_line_ms %.0f\n%s"
		self.artefacts:write("result", form:format(problem and problem.kind or "pass",
			1000 * self:seconds(), self.first_line or -1, seen and "seen " .. seen .. "\n" or ""))
		self.artefacts:close()
		self:write_page(problem)
		if self.machine and self.options.replay == "record" then
			recording.complete(self.directory)
		end
	end
end

function session:seconds()
	return (files.now() - self.started) / 1000
end

return session
