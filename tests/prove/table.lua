-- SPDX-License-Identifier: MIT
-- Rows of proofs, one a line, as a table with a sum.

local format = "  %-14s %-36s %9s %6s %7s %7s"
local functions, goals, proved, seconds = 0, 0, 0, 0

print(format:format("unit", "file", "functions", "goals", "proved", "seconds"))
for line in io.lines() do
	local row = {}
	for field in line:gmatch "%S+" do
		table.insert(row, field)
	end
	print(format:format(table.unpack(row)))
	functions = functions + row[3]
	goals, proved, seconds = goals + row[4], proved + row[5], seconds + row[6]
end
print(format:format("all", "", functions, goals, proved, seconds))
