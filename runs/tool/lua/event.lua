-- SPDX-License-Identifier: MIT
-- Event: one line of the event channel (base-kernel/abi/event.h), taken apart.
--
-- Firmware talks on the same line before the kernel does, and a broken kernel
-- may say anything: what is no event becomes { word = "noise" }.

local event = {}

-- "code=0 binary=init" -> { code = "0", binary = "init" }
local function pairs_of(detail)
	local values = {}
	for key, value in detail:gmatch("([%w_]+)=(%S+)") do
		values[key] = value
	end
	return values
end

local with_subject = {
	event = function(rest)
		local kind, subject, detail = rest:match("^(%S+) ([^|]+)|?(.*)$")
		return kind and { word = "event", kind = kind, subject = subject, detail = detail,
			values = pairs_of(detail) }
	end,
	account = function(rest)
		local label, detail = rest:match("^([^|]+)|(.*)$")
		return label and { word = "account", label = label, detail = detail,
			values = pairs_of(detail) }
	end,
	panic = function(rest)
		return { word = "panic", text = rest }
	end,
	backtrace = function(rest)
		return { word = "backtrace", addresses = event.addresses(rest) }
	end,
	asked = function(rest)
		return tonumber(rest) and { word = "asked", count = tonumber(rest) }
	end,
	finished = function(rest)
		local verdict, reason = rest:match("^(%u+) ?(.*)$")
		return (verdict == "PASS" or verdict == "FAIL")
			and { word = "finished", pass = verdict == "PASS", reason = reason }
	end,
}

local alone = { boot = true, ready = true, idle = true, synced = true }

function event.parse(line)
	if alone[line] then
		return { word = line }
	end
	local word, rest = line:match("^(%l+) (.+)$")
	if line == "panic" then
		word, rest = "panic", ""
	end
	return with_subject[word] and with_subject[word](rest) or { word = "noise", text = line }
end

-- All hexadecimal numbers of a text, as they are written.
function event.addresses(text)
	local found = {}
	for address in text:gmatch("0x%x+") do
		found[#found + 1] = address
	end
	return found
end

return event
