-- SPDX-License-Identifier: MIT
-- Budget: what a component should be given, and where a script says what it is given.

local budget = {}

local PAGE, KIB, MIB = 4096, 1024, 1 << 20

-- As policies write it; what is no whole number of KiB is rounded up.
function budget.size(bytes)
	if bytes > 0 and bytes % MIB == 0 then
		return ("%dM"):format(bytes // MIB)
	end
	return ("%dK"):format((bytes + KIB - 1) // KIB)
end

-- ram, in whole pages, and caps: what was needed at most, and `margin` percent more.
function budget.advised(reported, margin)
	local function with_margin(amount)
		return (amount * (100 + margin) + 99) // 100 | 0
	end
	local ram = math.tointeger(with_margin(reported.ram_peak))
	return (ram + PAGE - 1) // PAGE * PAGE, math.tointeger(with_margin(reported.caps_peak))
end

-- Replaces the value of a field that stands in the table itself, not in one within it.
local function replace(block, field, pattern, value)
	local masked = "{" .. block:sub(2, -2):gsub("%b{}", function(inner)
		return (" "):rep(#inner)
	end) .. "}"
	local first, last = masked:match("%f[%w_]" .. field .. "%s*=%s*()" .. pattern .. "()")
	return first and block:sub(1, first - 1) .. value .. block:sub(last)
end

-- The script's text with the budget of one component; nil and why not.
function budget.write(text, name, ram, caps)
	local head = ('component%%s*%%(?"%s"%%)?%%s*'):format(name:gsub("%p", "%%%0"))
	local first, last = text:find(head .. "%b{}")
	if not first then
		return nil, "not changed: no component { } of this name stands in the script"
	elseif text:find(head .. "%b{}", last) then
		return nil, "not changed: several of this name stand in the script"
	end
	local start = text:find("{", first, true)
	local block = text:sub(start, last)
	local changed = replace(block, "ram", '"[%d%a]+"', ('"%s"'):format(budget.size(ram)))
	changed = changed and replace(changed, "caps", "%d+", tostring(caps))
	if not changed then
		return nil, "not changed: ram and caps do not stand there as numbers"
	end
	return text:sub(1, start - 1) .. changed .. text:sub(last + 1)
end

return budget
