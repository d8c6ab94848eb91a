-- SPDX-License-Identifier: MIT
-- Timeline graph: who ran when, as an SVG that needs nothing but itself.
--
-- A row for each program, in the order in which they first run; the kernel is the last. A line
-- from row to row is a switch from one program to another, a call or its answer say. What is
-- less than a pixel apart is drawn as one; the longest of it gives the name.

local markup = require "markup"
local palette = require "palette"
local timeline = require "timeline"

local timeline_graph = {}

local WIDTH, LEFT, RIGHT, TOP, FOOT = 1000, 130, 10, 40, 46
local ROW, BAR = 34, 20
local LETTER = 6.6 -- of the font below, in the mean
local TICKS = 10

-- From the first to the last instruction of one program, or of all; nil: there is none.
function timeline_graph.span(slices, image)
	local first, last
	for _, slice in ipairs(slices) do
		if not image or slice.image == image then
			first, last = first or slice.first, slice.last
		end
	end
	return first, last
end

local function add_bar(row, from, to, slice)
	local bar = row[#row]
	if bar and from < bar.to + 1 then
		bar.to = to
		if slice.last - slice.first > bar.longest.last - bar.longest.first then
			bar.longest = slice
		end
	else
		row[#row + 1] = { from = from, to = to, longest = slice }
	end
end

-- Answers the rows by image, their images in order, and the switches: { x, from, to }.
local function arrange(slices, first, last, scale)
	local rows, order, switches = { kernel = {} }, {}, {}
	local running
	for _, slice in ipairs(slices) do
		if slice.last > first and slice.first < last then
			local from = LEFT + (math.max(slice.first, first) - first) * scale
			local to = LEFT + (math.min(slice.last, last) - first) * scale
			local image = slice.image
			if not rows[image] then
				rows[image] = {}
				order[#order + 1] = image
			end
			add_bar(rows[image], from, to, slice)
			if image ~= "kernel" then
				if running and running ~= image then
					switches[#switches + 1] = { x = from, from = running, to = image }
				end
				running = image
			end
		end
	end
	order[#order + 1] = "kernel"
	return rows, order, switches
end

local function round_step(length)
	local step = 10 ^ math.floor(math.log(length / TICKS, 10))
	for _, factor in ipairs { 1, 2, 5, 10 } do
		if length / (step * factor) <= TICKS then
			return step * factor
		end
	end
end

local function draw_axis(lines, length, scale, bottom)
	local step = round_step(length)
	for i = 0, length // step do
		local x = LEFT + i * step * scale
		lines[#lines + 1] = ('<path class="tick" d="M%.1f %dV%d"/><text x="%.1f" y="%d">%g</text>'):format(x,
			TOP, bottom, x, bottom + 14, i * step / 1000)
	end
end

-- Each column of pixels shows a switch between two rows once.
local function draw_switches(lines, switches, middle)
	local drawn, parts = {}, {}
	for _, switch in ipairs(switches) do
		local high = math.min(middle[switch.from], middle[switch.to])
		local low = math.max(middle[switch.from], middle[switch.to])
		local part = ("M%.0f %dV%d"):format(switch.x, high, low)
		if not drawn[part] then
			drawn[part] = true
			parts[#parts + 1] = part
		end
	end
	lines[#lines + 1] = ('<path class="switch" d="%s"/>'):format(table.concat(parts))
end

local function draw_row(lines, image, row, y, colour)
	local parts, texts = {}, {}
	for _, bar in ipairs(row) do
		local width = math.max(bar.to - bar.from, 0.5)
		local name = timeline.name_of(bar.longest)
		parts[#parts + 1] = ("M%.1f %dh%.1f"):format(bar.from, y, width)
		if #name * LETTER + 6 < width then
			texts[#texts + 1] = ('<text x="%.1f" y="%d">%s</text>'):format(bar.from + 3, y + 4,
				markup.text(name))
		end
	end
	lines[#lines + 1] = ('<text class="name" x="%d" y="%d">%s</text>'):format(LEFT - 8, y + 4, markup.text(image))
	lines[#lines + 1] = ('<path d="%s" stroke="%s" stroke-width="%d"/>'):format(table.concat(parts), colour, BAR)
	table.move(texts, 1, #texts, #lines + 1, lines)
end

-- Draws what ran from instruction `first` to instruction `last`.
function timeline_graph.draw(title, slices, first, last)
	local scale = (WIDTH - LEFT - RIGHT) / math.max(last - first, 1)
	local rows, order, switches = arrange(slices, first, last, scale)
	local bottom = TOP + #order * ROW
	local colour_of, middle = palette(), {}
	local lines = {
		('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">')
			:format(WIDTH, bottom + FOOT, WIDTH, bottom + FOOT),
		"<!-- SPDX-License-Identifier: MIT -->",
		"<style>text { font: 11px 'DejaVu Sans Mono', monospace; fill: #222 } .head { font-size: 15px } "
			.. ".name { text-anchor: end } path { fill: none } .tick { stroke: #e4e4dc } "
			.. ".switch { stroke: #999; stroke-width: 0.6 }</style>",
		('<rect width="%d" height="%d" fill="#fdfdfa"/>'):format(WIDTH, bottom + FOOT),
		('<text class="head" x="10" y="22">%s: who runs when</text>'):format(markup.text(title)),
	}
	for i, image in ipairs(order) do
		middle[image] = TOP + i * ROW - ROW // 2
	end
	draw_axis(lines, last - first, scale, bottom)
	draw_switches(lines, switches, middle)
	for _, image in ipairs(order) do
		draw_row(lines, image, rows[image], middle[image], colour_of(image))
	end
	lines[#lines + 1] = ('<text x="10" y="%d">In thousands of instructions. A line from row to row is a switch: '
		.. "a call, say, or its answer.</text>"):format(bottom + FOOT - 10)
	lines[#lines + 1] = "</svg>"
	return table.concat(lines, "\n") .. "\n"
end

return timeline_graph
