-- SPDX-License-Identifier: MIT
-- Markup: any bytes as text within HTML, SVG or XML.

local markup = {}

local escapes = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

function markup.text(bytes)
	local shown = utf8.len(bytes) and bytes or bytes:gsub("[\128-\255]", "?")
	return (shown:gsub("[%c\127]", function(byte)
		return (byte == "\n" or byte == "\t") and byte or "·"
	end):gsub('[&<>"]', escapes))
end

return markup
