-- SPDX-License-Identifier: MIT
-- Lint of texts: reads paths from its input, one a line, and says what is wrong with the files.

package.path = arg[0]:match("^(.*)/") .. "/?.lua;" .. package.path
local includes = require "includes"
local quotes = require "quotes"
local text = require "text"

local paths, problems = {}, 0
for path in io.lines() do
	local file = io.open(path)
	if file then -- a deleted file is still listed
		file:close()
		table.insert(paths, path)
	end
end

local tree = includes.tree(paths)

local function read(path)
	local file <close> = io.open(path, "rb")
	return file and file:read("a")
end

for _, path in ipairs(paths) do
	local function report(line, problem)
		problems = problems + 1
		print(("%s:%d: %s"):format(path, line, problem))
	end
	local content = assert(read(path))
	if not content:find("\0", 1, true) then
		text.check(path, content, report)
		quotes.check(path, content, read, report)
		if path:find("%.[chS]$") then
			includes.check(path, content, tree, report)
		end
	end
end

os.exit(problems == 0)
