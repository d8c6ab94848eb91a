-- SPDX-License-Identifier: MIT
-- Plot: figures over the number of things, as SVG: one field for each figure, its value from zero upward,
-- the number in powers of ten to the right. What grows linearly is level here.

local plot = {}

local WIDTH, HEIGHT, LEFT, TOP, GAP = 300, 150, 80, 60, 60

local function escaped(text)
	return (text:gsub("[<>&]", { ["<"] = "&lt;", [">"] = "&gt;", ["&"] = "&amp;" }))
end

local function grouped(number)
	local text = ("%d"):format(number)
	return (text:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

local function field(lines, left, counts, one)
	local function add(form, ...)
		lines[#lines + 1] = form:format(...)
	end
	local most = math.max(1, table.unpack(one.values))
	local function place(i)
		local x = left + 20 + (WIDTH - 40) * (i - 1) / math.max(1, #counts - 1)
		return x, TOP + HEIGHT - (HEIGHT - 20) * one.values[i] / most
	end
	add('<text x="%d" y="%d" class="name">%s</text>', left, TOP - 26, escaped(one.id))
	add('<text x="%d" y="%d">%s</text>', left, TOP - 10, escaped(one.unit))
	add('<rect x="%d" y="%d" width="%d" height="%d"/>', left, TOP, WIDTH, HEIGHT)
	local points = {}
	for i, count in ipairs(counts) do
		local x, y = place(i)
		points[i] = ("%.1f,%.1f"):format(x, y)
		add('<circle cx="%.1f" cy="%.1f" r="3"/>', x, y)
		add('<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>', x, y - 7, grouped(one.values[i]))
		add('<text x="%.1f" y="%d" text-anchor="middle">%s</text>', x, TOP + HEIGHT + 16, grouped(count))
	end
	add('<polyline points="%s"/>', table.concat(points, " "))
end

-- series: { id, unit, values = one for each count }.
function plot.svg(title, counts, series)
	local width = LEFT / 2 + #series * (WIDTH + GAP)
	local height = TOP + HEIGHT + 40
	local lines = { ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">')
		:format(width, height, width, height),
		"<style>text { font: 11px sans-serif; fill: #444 } .name { font-weight: bold; font-size: 13px } "
			.. "rect { fill: #f8f8f4; stroke: #bbb } polyline { fill: none; stroke: #1a4f8a; stroke-width: 2 } "
			.. "circle { fill: #1a4f8a }</style>",
		('<rect x="0" y="0" width="%d" height="%d" style="fill: white; stroke: none"/>'):format(width, height),
		('<text x="%d" y="16">%s</text>'):format(LEFT // 2, escaped(title)) }
	for i, one in ipairs(series) do
		field(lines, LEFT // 2 + (i - 1) * (WIDTH + GAP), counts, one)
	end
	lines[#lines + 1] = "</svg>\n"
	return table.concat(lines, "\n")
end

return plot
