-- SPDX-License-Identifier: MIT
-- Difference: where two texts that were to be the same are not.

local difference = {}

local SHOWN_MAX = 160

-- A line with its end, so that a missing last newline is a difference as well.
local function line_at(text, position)
	local ending = text:find("\n", position, true)
	return text:sub(position, ending or #text), (ending or #text) + 1
end

local function shown(line)
	if line == "" then
		return "(the end)"
	end
	local cut = #line > SHOWN_MAX and line:sub(1, SHOWN_MAX) .. "…" or line
	return (("%q"):format(cut):gsub("\\\n", "\\n"))
end

-- nil: there is none; else the first line's number, and what stands in both there.
function difference.of(got, wanted)
	if got == wanted then
		return nil
	end
	local number, got_at, wanted_at = 1, 1, 1
	while true do
		local got_line, got_next = line_at(got, got_at)
		local wanted_line, wanted_next = line_at(wanted, wanted_at)
		if got_line ~= wanted_line then
			return number, { "  got:    " .. shown(got_line), "  wanted: " .. shown(wanted_line) }
		end
		number, got_at, wanted_at = number + 1, got_next, wanted_next
	end
end

return difference
