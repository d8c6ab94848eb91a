-- SPDX-License-Identifier: MIT
-- Palette: a colour for each program, in the order in which they are met; the kernel has its own.

local COLOURS = { "#8fb8de", "#b7d59a", "#f0c987", "#d3b4e0", "#9fd8cf", "#e8b4a8", "#c9c9a0" }
local KERNEL = "#e8746a"

-- Answers colour_of(image), and the list of those asked for until then.
return function()
	local known, order, count = { kernel = KERNEL }, {}, 0
	local met = {}
	local function colour_of(image)
		if not known[image] then
			known[image] = COLOURS[count % #COLOURS + 1]
			count = count + 1
		end
		if not met[image] then
			met[image] = true
			order[#order + 1] = image
		end
		return known[image]
	end
	return colour_of, order
end
