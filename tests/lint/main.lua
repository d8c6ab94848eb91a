-- SPDX-License-Identifier: MIT
-- Lint of texts: reads paths from its input, one a line, and says what is wrong with the files.

package.path = arg[0]:match("^(.*)/") .. "/?.lua;" .. package.path
local includes = require "includes"
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

for _, path in ipairs(paths) do
	local function report(line, problem)
		problems = problems + 1
		print(("%s:%d: %s"):format(path, line, problem))
	end
	local file <close> = assert(io.open(path, "rb"))
	local content = file:read "a"
	if not content:find("\0", 1, true) then
		text.check(path, content, report)
		if path:find("%.[chS]$") then
			includes.check(path, content, tree, report)
		end
	end
end

os.exit(problems == 0)
