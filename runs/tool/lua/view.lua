-- SPDX-License-Identifier: MIT
-- View: what a run shows while it goes, and what it says at the end.
--
-- Three ways: for a person (colours, events as they come), for a pipe (the plain
-- console), and for `capos test` (nothing but a failure).

local label = require "label"

local view = {}
view.__index = view

local colours = { 32, 33, 34, 35, 36, 92, 93, 94, 95, 96 }

-- options: terminal (somebody watches), quiet, interactive (the console is shown as it is)
function view.new(options)
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
	if self.quiet or not (self.terminal or self.verbose) or event.word ~= "event" then
		return
	end
	local depth = select(2, event.subject:gsub(" %-> ", ""))
	local sign = event_signs[event.kind] or "*"
	print(self:paint(event.kind == "faulted" and "31" or "2", ("  %s%s %s %s %s"):format(
		("  "):rep(depth), sign, label.short(event.subject), event.kind, event.detail)))
end

function view:note(text)
	if not self.quiet then
		print(self:paint("2", text))
	end
end

-- The closing account check, as a table: where every byte and capability went.
function view:accounts(accounts)
	if self.quiet or #accounts == 0 then
		return
	end
	local width = 0
	for _, account in ipairs(accounts) do
		width = math.max(width, #account.label)
	end
	print(self:paint("1", "where every byte and capability went"))
	for _, account in ipairs(accounts) do
		print(("  %-" .. math.min(width, 60) .. "s  %s"):format(account.label, account.detail))
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

function view:fail(name, failure, directory)
	print(("%s %s: %s"):format(self:paint("1;31", "FAIL"), name, failure.kind))
	print("  " .. tostring(failure))
	for _, line in ipairs(failure.details) do
		print("  " .. line)
	end
	if directory then
		print("  artefacts: " .. directory)
	end
end

return view
