-- SPDX-License-Identifier: MIT
-- Quotes: a fence of a README that names a file, as in "```lua runs/hello.lua", shows that very file, without its
-- SPDX line; one that names lines, as in "```c main.c:5-9", shows these.

local quotes = {}

local function lines_of(text)
	local lines = {}
	for line in (text:gsub("\n?$", "\n")):gmatch("([^\n]*)\n") do
		lines[#lines + 1] = line
	end
	return lines
end

-- What is to stand in the fence; nil: there is no such file, or no such lines.
local function wanted(place, read)
	local path, first, last = place:match("^(%S-):(%d+)%-(%d+)$")
	local content = read(path or place)
	if not content then
		return nil
	end
	local lines = lines_of(content)
	if path then
		first, last = tonumber(first), tonumber(last)
		return first <= last and last <= #lines and table.concat(lines, "\n", first, last)
	elseif lines[1]:find("SPDX-License-Identifier", 1, true) then
		table.remove(lines, 1)
	end
	return table.concat(lines, "\n")
end

-- read(path) answers a file's content, or nil.
function quotes.check(path, content, read, report)
	if not path:find("%.md$") then
		return
	end
	local place, begun, shown
	for number, line in ipairs(lines_of(content)) do
		if begun and line:find("^```") then
			if place then
				local text = wanted(place, read)
				if not text then
					report(begun, "there is no " .. place)
				elseif text ~= table.concat(shown, "\n") then
					report(begun, "that is not what stands in " .. place)
				end
			end
			begun = nil
		elseif begun then
			shown[#shown + 1] = line
		elseif line:find("^```") then
			begun, shown, place = number, {}, line:match("^```%a+ (%S+)$")
		end
	end
end

return quotes
