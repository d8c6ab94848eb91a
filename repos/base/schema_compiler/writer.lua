-- SPDX-License-Identifier: MIT
-- Collects the lines of one generated file.

local writer = {}
writer.__index = writer

function writer.new(file, noun)
	local self = setmetatable({ lines = {} }, writer)
	self:put("/* SPDX-License-Identifier: MIT */")
	self:put("/*\n * " .. noun .. " of " .. file.source .. ".")
	self:put(" * Written by the schema compiler; edit the schema instead.\n */")
	return self
end

-- Adds text, one or more lines; $word is replaced by values.word.
function writer:put(text, values)
	if values then
		text = text:gsub("$(%a+)", function(word)
			return tostring(assert(values[word], word))
		end)
	end
	self.lines[#self.lines + 1] = text
end

-- A declaration's comment, at a depth of tabs.
function writer:comment(lines, tabs)
	if not lines then
		return
	end
	local indent = ("\t"):rep(tabs or 0)
	local safe = {}
	for i, line in ipairs(lines) do
		safe[i] = line:gsub("%*/", "* /"):gsub("/%*", "/ *")
	end
	if #safe == 1 then
		self:put(indent .. "/* " .. safe[1] .. " */")
		return
	end
	self:put(indent .. "/*")
	for _, line in ipairs(safe) do
		self:put((indent .. " * " .. line):gsub("%s+$", ""))
	end
	self:put(indent .. " */")
end

function writer:text()
	return table.concat(self.lines, "\n") .. "\n"
end

return writer
