-- SPDX-License-Identifier: MIT
-- Suggestion: what somebody may have meant.

local suggestion = {}

-- Edits (insert, delete, replace) between two short texts.
local function distance(a, b)
	local row = {}
	for k = 0, #b do
		row[k] = k
	end
	for i = 1, #a do
		local diagonal = row[0]
		row[0] = i
		for k = 1, #b do
			local replaced = diagonal + (a:byte(i) == b:byte(k) and 0 or 1)
			diagonal = row[k]
			row[k] = math.min(replaced, row[k] + 1, row[k - 1] + 1)
		end
	end
	return row[#b]
end

-- The key of `names` nearest to `text`, or nil where none is near.
function suggestion.nearest(text, names)
	local best, best_distance = nil, (#text + 2) // 3
	for name in pairs(names) do
		local edits = type(name) == "string" and distance(text, name) or math.huge
		if edits < best_distance or edits == best_distance and name < (best or "\xff") then
			best, best_distance = name, edits
		end
	end
	return best
end

local function pair_counts(text)
	local counts = {}
	for i = 1, #text - 1 do
		local pair = text:sub(i, i + 1)
		counts[pair] = (counts[pair] or 0) + 1
	end
	return counts
end

-- How alike two texts are, 0 to 1: the share of neighbouring letters they have in common.
function suggestion.likeness(a, b)
	if #a < 2 or #b < 2 then
		return a == b and 1 or 0
	end
	local counts, common = pair_counts(a), 0
	for i = 1, #b - 1 do
		local pair = b:sub(i, i + 1)
		if (counts[pair] or 0) > 0 then
			counts[pair] = counts[pair] - 1
			common = common + 1
		end
	end
	return 2 * common / (#a + #b - 2)
end

return suggestion
