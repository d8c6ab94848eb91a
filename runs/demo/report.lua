-- SPDX-License-Identifier: MIT
-- lua report.lua FILE: which words a text uses most. Plain Lua for any system that has it.
--
-- The report is written to a temporary file first, and then copied to standard output.

local WORDS, BAR = 15, 40

local function count_words(path)
	local counts, words, lines = {}, 0, 0
	for line in io.lines(path) do
		lines = lines + 1
		for word in line:lower():gmatch("%a+") do
			counts[word] = (counts[word] or 0) + 1
			words = words + 1
		end
	end
	return counts, words, lines
end

-- The most frequent first; among equals the alphabet decides.
local function ranking(counts)
	local ranked = {}
	for word in pairs(counts) do
		ranked[#ranked + 1] = word
	end
	table.sort(ranked, function(a, b)
		return counts[a] > counts[b] or counts[a] == counts[b] and a < b
	end)
	return ranked
end

local function write_report(file, name, counts, words, lines)
	local ranked = ranking(counts)
	local title = ("%s: %d lines, %d words, %d different ones"):format(name, lines, words, #ranked)
	file:write(title, "\n", ("="):rep(#title), "\n")
	for rank = 1, math.min(WORDS, #ranked) do
		local word = ranked[rank]
		local length = BAR * counts[word] // counts[ranked[1]]
		file:write(("%2d. %-10s %4d  %5.2f %%  %s\n"):format(rank, word, counts[word],
			100 * counts[word] / words, ("#"):rep(length)))
	end
end

local input = assert(arg[1], "usage: lua report.lua FILE")
local temporary = os.tmpname()
do
	local file <close> = assert(io.open(temporary, "w"))
	write_report(file, input:match("[^/]+$"), count_words(input))
end
for line in io.lines(temporary) do
	print(line)
end
assert(os.remove(temporary))
