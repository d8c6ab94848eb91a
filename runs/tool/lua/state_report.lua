-- SPDX-License-Identifier: MIT
-- State report: what an init says of itself, from the pieces that come over the event channel to a table.

local failure = require "failure"

local state_report = {}

local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local value_of = {}
for i = 1, #digits do
	value_of[digits:byte(i)] = i - 1
end

local function decode_base64(text)
	local bytes = {}
	for at = 1, #text - 3, 4 do
		local bits = 0
		for i = at, at + 3 do
			bits = bits << 6 | (value_of[text:byte(i)] or 0)
		end
		bytes[#bytes + 1] = string.char(bits >> 16, bits >> 8 & 255, bits & 255)
	end
	return table.concat(bytes)
end

-- Takes in a piece; answers the whole message with the last one. `parts` is the caller's to keep.
function state_report.collect(parts, values)
	local at, size = tonumber(values.at), tonumber(values.of)
	if not at or not size or not values.data then
		return nil
	end
	if at == 0 then
		parts.bytes, parts.size = "", size
	end
	if not parts.bytes or at ~= #parts.bytes or size ~= parts.size then
		parts.bytes = nil -- the rest of one that was interrupted
		return nil
	end
	parts.bytes = parts.bytes .. decode_base64(values.data):sub(1, size - at)
	return #parts.bytes == size and parts.bytes or nil
end

-- Children can be had by their name as well as in order.
function state_report.decode(bytes, place)
	local report, problem = require("state").decode(bytes)
	if not report then
		failure.throw("mismatch", "a report that can't be read: " .. tostring(problem), place)
	end
	report.children = report.children or {}
	for i = 1, #report.children do
		local child = report.children[i]
		report.children[child.name] = report.children[child.name] or child
	end
	return report
end

return state_report
