-- SPDX-License-Identifier: MIT
-- Reads the commands that make would run, writes those that compile as a JSON compilation database.

local folder = assert(arg[1], "usage: compile_commands.lua FOLDER < COMMANDS")

local function quoted(text)
	return '"' .. text:gsub('[\\"]', "\\%0"):gsub("%c", " ") .. '"'
end

local entries = {}
local text = io.read("a"):gsub("\\\n", " ")
for line in text:gmatch("[^\n]+") do
	local source = line:match("%s([%w_%-%./]+%.[cS])%f[%s\0]")
	if source and line:find("%s%-c%s") and not line:find("^%s*[#@]") then
		table.insert(entries, ('{ "directory": %s, "file": %s, "command": %s }'):format(
			quoted(folder), quoted(source), quoted(line:match("^%s*(.*)"))))
	end
end
print("[\n" .. table.concat(entries, ",\n") .. "\n]")
