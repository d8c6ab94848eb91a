-- SPDX-License-Identifier: MIT
-- What every text of ours has to keep: its licence line, no words of the unfinished, no trailing blanks.

local text = {}

local licensed = {
	c = true, h = true, S = true, ld = true, def = true, lua = true, mk = true, sh = true, capnp = true,
}

-- In two halves, so that this file may be checked too.
local unfinished = { "FIX" .. "ME", "X" .. "XX" }
local later = "TO" .. "DO"

-- Two lines that say what a folder is made of.
local unlicensed = { ["component.mk"] = true, ["library.mk"] = true }

-- What a program under test reads or says stays as it is.
local function data(path)
	return path:find("^tests/.*/diagnostics/") or path:find("^tests/.*/scenarios/") or path:find("%.expected$")
end

local function extension(path)
	return path:match("%.(%w+)$") or ""
end

local function licence(path, lines, report)
	local first = lines[1] or ""
	local number = first:sub(1, 2) == "#!" and 2 or 1
	if unlicensed[path:match("[^/]*$")] or not licensed[extension(path)] then
		return
	end
	if not (lines[number] or ""):find("SPDX-License-Identifier: MIT", 1, true) then
		report(number, "the first line is to be the SPDX line")
	end
end

local function words(line, number, report)
	for _, word in ipairs(unfinished) do
		if line:find("%f[%w]" .. word .. "%f[%W]") then
			report(number, "the word " .. word)
		end
	end
	-- A ticket makes it a promise: (#12).
	if line:find("%f[%w]" .. later .. "%f[%W]") and not line:find(later .. "%(#%d+%)") then
		report(number, "the word " .. later .. " without a ticket")
	end
end

-- Calls report(line, problem) for each.
function text.check(path, content, report)
	if data(path) then
		return
	end
	local lines = {}
	for line in (content .. "\n"):gmatch("(.-)\n") do
		table.insert(lines, line)
	end
	licence(path, lines, report)
	for number, line in ipairs(lines) do
		words(line, number, report)
		if line:find("[ \t\r]$") then
			report(number, "trailing blanks")
		end
	end
	if content ~= "" and content:sub(-1) ~= "\n" then
		report(#lines, "the last line does not end")
	end
end

return text
