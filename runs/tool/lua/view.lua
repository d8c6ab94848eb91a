-- SPDX-License-Identifier: MIT
-- View: what a run shows while it goes, and what it says at the end.
--
-- Three ways: for a person (colours, events as they come), for a pipe (the plain
-- console), and for `capos test` (nothing but a failure).

local label = require "label"

local view = {}
view.__index = view

local EXITS_MAX = 40

local colours = { 32, 33, 34, 35, 36, 92, 93, 94, 95, 96 }

-- options: terminal (somebody watches), quiet, interactive (the console is shown as it is)
function view.new(options)
	options.exits = {} -- the events of components that have ended
	return setmetatable(options, view)
end

function view:paint(code, text)
	return self.terminal and ("\27[%sm%s\27[0m"):format(code, text) or text
end

local function colour_of(path)
	local sum = 0
	for i = 1, #path do
		sum = sum * 31 + path:byte(i)
	end
	return colours[sum % #colours + 1]
end

function view:line(line)
	if self.quiet or self.interactive then
		return
	elseif not line.writer then
		print(self:paint("2", line.text))
	else
		local head, body = line.text:sub(1, line.start - 1), line.text:sub(line.start)
		print(self:paint(colour_of(line.writer), head) .. body)
	end
end

local event_signs = { started = "+", exited = "-", faulted = "!", killed = "-" }

function view:event(event)
	if event.kind == "exited" and event.values.ram and #self.exits < EXITS_MAX then
		self.exits[#self.exits + 1] = event
	end
	if self.quiet or not (self.terminal or self.verbose) or event.word ~= "event" then
		return
	end
	local depth = select(2, event.subject:gsub(" %-> ", ""))
	local sign = event_signs[event.kind] or "*"
	print(self:paint(event.kind == "faulted" and "31" or "2", ("  %s%s %s %s %s"):format(
		("  "):rep(depth), sign, label.short(event.subject), event.kind, event.detail)))
end

-- What the tool itself is doing, for who watches.
function view:status(text)
	if not self.quiet and (self.terminal or self.verbose) then
		print(self:paint("2", "  " .. text))
	end
end

function view:step(name)
	if not self.quiet then
		print(self:paint("1", "== " .. name))
	end
end

function view:note(text)
	if not self.quiet then
		print(self:paint("2", text))
	end
end

-- 1234567 -> "1,234,567"; nothing stays nothing.
local function grouped(number)
	local text = number and ("%d"):format(number) or ""
	return (text:reverse():gsub("%d%d%d", "%0,"):reverse():gsub("^,", ""))
end

-- "ram=1024/4096 caps=3/10": what is used, and the limit where there is one.
local function usage_row(label, detail, note)
	local ram, ram_limit = detail:match("ram=(%d+)/?(%d*)")
	local caps, caps_limit = detail:match("caps=(%d+)/?(%d*)")
	return { label, grouped(tonumber(ram)), grouped(tonumber(ram_limit)),
		grouped(tonumber(caps)), grouped(tonumber(caps_limit)), note or "" }
end

-- The closing account check, as a table: where every byte and capability went.
function view:accounts(accounts)
	if self.quiet or #accounts == 0 then
		return
	end
	local rows = {}
	for _, account in ipairs(accounts) do
		local core = account.label == "core"
		rows[#rows + 1] = usage_row(account.label, account.detail,
			core and "as before init was started: all is back" or nil)
	end
	for _, event in ipairs(self.exits) do
		rows[#rows + 1] = usage_row(event.subject, event.detail, "had exited, and given it back")
	end
	table.sort(rows, function(a, b) return a[1] < b[1] end)
	table.insert(rows, 1, { "", "RAM", "of", "capabilities", "of", "" })
	local widths = { 0, 0, 0, 0, 0 }
	for _, row in ipairs(rows) do
		for column = 1, #widths do
			widths[column] = math.min(60, math.max(widths[column], #row[column]))
		end
	end
	local form = ("  %%-%ds  %%%ds  %%%ds  %%%ds  %%%ds  %%s"):format(table.unpack(widths))
	print(self:paint("1", "where every byte and capability went"))
	for i, row in ipairs(rows) do
		local text = form:format(table.unpack(row)):gsub("%s+$", "")
		print(i == 1 and self:paint("2", text) or text)
	end
end

function view:pass(name, seconds)
	if not self.quiet then
		print(("%s %s (%.2f s)"):format(self:paint("1;32", "PASS"), name, seconds))
	end
end

function view:skip(name, why)
	print(("%s %s: %s"):format(self:paint("1;33", "SKIP"), name, why))
end

function view:fail(name, failure, step, directory)
	print(("%s %s: %s"):format(self:paint("1;31", "FAIL"), name, failure.kind))
	print("  " .. tostring(failure))
	if step then
		print("  in the step: " .. step)
	end
	for _, line in ipairs(failure.details) do
		print("  " .. line)
	end
	if directory then
		print("  artefacts: " .. directory)
	end
end

return view
