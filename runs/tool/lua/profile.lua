-- SPDX-License-Identifier: MIT
-- Profile: the instructions of each function in a sample of each row, as a text whose
-- differences can be read: a line for each function, in the order of their names.
--
--     ipc.call0
--     	104 kernel:ipc_fast

local sorted = require "sorted"

local profile = {}

-- rows: id -> "image:function" -> count
function profile.encode(rows)
	local lines = {}
	for _, id in ipairs(sorted(rows)) do
		lines[#lines + 1] = id
		for _, name in ipairs(sorted(rows[id])) do
			lines[#lines + 1] = ("\t%d %s"):format(rows[id][name], name)
		end
	end
	return table.concat(lines, "\n") .. "\n"
end

function profile.decode(text)
	local rows, current = {}, nil
	for line in text:gmatch("[^\n]+") do
		local count, name = line:match("^\t(%d+) (%S+)$")
		if count and current then
			current[name] = tonumber(count)
		elseif not count then
			current = {}
			rows[line] = current
		end
	end
	return rows
end

-- What has grown, the most first: { { name, before, now } }.
function profile.growth(before, now)
	local grown = {}
	for name, count in pairs(now) do
		local earlier = before[name] or 0
		if count > earlier then
			grown[#grown + 1] = { name = name, before = earlier, now = count }
		end
	end
	table.sort(grown, function(a, b)
		local left, right = a.now - a.before, b.now - b.before
		return left ~= right and left > right or left == right and a.name < b.name
	end)
	return grown
end

return profile
