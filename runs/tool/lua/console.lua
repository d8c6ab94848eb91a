-- SPDX-License-Identifier: MIT
-- Console: the lines a machine has written, and a cursor that only moves forward.
--
-- A line is { text, writer = label or nil, start = where the text behind the labels begins,
-- firmware = written before the kernel started }. What is looked for is { text = plain |
-- pattern =, from = label or nil }.

local label = require "label"
local suggestion = require "suggestion"

local console = {}
console.__index = console

local LAST_LINES = 5
local LIKENESS_MIN = 0.3

-- serves_log(label): whether lines of that component begin with its client's label.
function console.new(serves_log)
	return setmetatable({
		serves_log = serves_log,
		lines = {},
		size = 0, -- in bytes
		cursor = { line = 1, column = 1 },
	}, console)
end

function console:add(text, firmware)
	local writer, start = label.writer_of(text, self.serves_log)
	if firmware and not writer then
		text = text:gsub("%?%[[%d;=]*%a", "") -- escape sequences, as the line reader leaves them
	end
	local line = { text = text, writer = writer, start = start, firmware = firmware and not writer }
	self.lines[#self.lines + 1] = line
	self.size = self.size + #text
	return line
end

-- What was written until now is not looked at any more.
function console:skip()
	self.cursor.line, self.cursor.column = #self.lines + 1, 1
end

-- As string.find, from `column` on.
function console.find(wanted, line, column)
	if wanted.from and not (line.writer and label.within(line.writer, wanted.from)) then
		return nil
	elseif wanted.from then
		column = math.max(column, line.start)
	end
	return line.text:find(wanted.text or wanted.pattern, column, wanted.text ~= nil)
end

-- The first in `line`, from `column` on, of several things looked for: their captures, or what
-- was found; which it was; and where it ends.
local function first_in(line, wanted_list, column)
	local best, index
	for i, wanted in ipairs(wanted_list) do
		local found = table.pack(console.find(wanted, line, column))
		if found[1] and (not best or found[1] < best[1]) then
			best, index = found, i
		end
	end
	if not best then
		return nil
	elseif best.n > 2 then
		return table.pack(table.unpack(best, 3, best.n)), index, math.max(best[2], best[1])
	end
	local whole = wanted_list[index].text and line.text or line.text:sub(best[1], best[2])
	return { n = 1, whole }, index, math.max(best[2], best[1])
end

-- A function that answers, each time, what the next match of one of several captured, and which
-- one that was. Without captures it is the text that matched, or the whole line for a plain
-- text. nil: not there yet. The cursor follows.
function console:matches(wanted_list)
	local position, column = self.cursor.line, self.cursor.column

	return function()
		while position <= #self.lines do
			local match, index, last = first_in(self.lines[position], wanted_list, column)
			if match then
				column = last + 1
				self.cursor.line, self.cursor.column = position, column
				return match, index
			end
			position, column = position + 1, 1
		end
	end
end

-- The first line not yet consumed, and not of the firmware, that has what is looked for.
function console:find_unread(wanted)
	for i = self.cursor.line, #self.lines do
		local line = self.lines[i]
		local column = i == self.cursor.line and self.cursor.column or 1
		if not line.firmware and console.find(wanted, line, column) then
			return line
		end
	end
end

-- Appends the last lines of a component (nil, or one that has written nothing: of all) to `report`.
function console:add_last_lines(report, path)
	local found = {}
	for i = #self.lines, 1, -1 do
		local line = self.lines[i]
		if not path or line.writer and label.within(line.writer, path) then
			table.insert(found, 1, "  " .. line.text)
		end
		if #found == LAST_LINES then
			break
		end
	end
	local name = path and label.short(path)
	if #found > 0 then
		report[#report + 1] = name and ("last lines of %s:"):format(name) or "last lines:"
		table.move(found, 1, #found, #report + 1, report)
	else
		report[#report + 1] = (name or "the machine") .. " wrote nothing"
		if path and #self.lines > 0 then
			self:add_last_lines(report, nil)
		end
	end
	return report
end

-- The lines of one component as one text, without the labels in front.
function console:text_of(path)
	local parts = {}
	for _, line in ipairs(self.lines) do
		if line.writer == path then
			parts[#parts + 1] = line.text:sub(line.start) .. "\n"
		end
	end
	return table.concat(parts)
end

-- The text of the line most like `text`; nil: none is.
function console:nearest(text)
	local best, best_likeness = nil, LIKENESS_MIN
	for _, line in ipairs(self.lines) do
		local same = line.text:find(text, 1, true)
		local likeness = same and 1 or suggestion.likeness(text, line.text)
		if likeness > best_likeness then
			best, best_likeness = line.text, likeness
		end
	end
	return best
end

return console
