-- SPDX-License-Identifier: MIT
-- Flame graph: where instructions go, as an SVG that needs nothing but itself.
--
-- Each function is a box as wide as the instructions it took, with those it called on top of
-- it. What entered the kernel carries the kernel's functions. The colour tells the program.

local markup = require "markup"
local palette = require "palette"

local flame_graph = {}

local WIDTH, LEFT, ROW, TOP, FOOT = 1400, 10, 19, 64, 30
local LETTER = 6.6 -- of the font below, in the mean
local NARROW = 0.3 -- boxes below that are not drawn

local function new_node(name)
	return { name = name, total = 0, own = 0, children = {}, order = {} }
end

local function child_of(node, name)
	local child = node.children[name]
	if not child then
		child = new_node(name)
		node.children[name] = child
		node.order[#node.order + 1] = child
	end
	return child
end

-- stacks: { { count, functions = "image:function;…" } }, outermost first.
-- Answers the root; a node has name, total, own, children by name.
function flame_graph.fold(stacks)
	local root = new_node("all")
	for _, stack in ipairs(stacks) do
		local node = root
		node.total = node.total + stack.count
		for name in stack.functions:gmatch("[^;]+") do
			node = child_of(node, name)
			node.total = node.total + stack.count
		end
		node.own = node.own + stack.count
	end
	return root
end

local function depth_of(node)
	local deepest = 0
	for _, child in ipairs(node.order) do
		deepest = math.max(deepest, depth_of(child))
	end
	return deepest + 1
end

local function grouped(number)
	local text = ("%.0f"):format(number):reverse():gsub("(%d%d%d)", "%1,"):reverse()
	return (text:gsub("^,", ""))
end

local function box(lines, node, x, y, width, total, colour)
	local image, name = node.name:match("^([^:]*):(.*)$")
	local own = node.own > 0 and node.own < node.total
		and (", %s of its own"):format(grouped(node.own)) or ""
	local title = ("%s %s: %s instructions (%.1f %%)%s"):format(image, name, grouped(node.total),
		100 * node.total / total, own)
	lines[#lines + 1] = ('<g><title>%s</title><rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>')
		:format(markup.text(title), x, y, math.max(width - 0.5, 0.3), ROW - 1, colour(image))
	local letters = (width - 6) // LETTER
	local text = #name <= letters and name or letters >= 4 and name:sub(1, letters // 1 - 1) .. "…"
	if text then
		local count = grouped(node.total)
		if letters > #name + #count + 3 then
			text = text .. "  " .. count
		end
		lines[#lines + 1] = ('<text x="%.1f" y="%d">%s</text>'):format(x + 3, y + ROW - 6, markup.text(text))
	end
	lines[#lines + 1] = "</g>"
end

local function draw_children(lines, node, x, y, scale, total, colour)
	table.sort(node.order, function(a, b)
		return a.total ~= b.total and a.total > b.total or a.total == b.total and a.name < b.name
	end)
	for _, child in ipairs(node.order) do
		local width = child.total * scale
		if width >= NARROW then
			box(lines, child, x, y, width, total, colour)
			draw_children(lines, child, x, y - ROW, scale, total, colour)
		end
		x = x + width
	end
end

local function legend(lines, order, colour)
	local x = LEFT
	for _, image in ipairs(order) do
		lines[#lines + 1] = ('<rect x="%d" y="34" width="12" height="12" fill="%s"/>'):format(x,
			colour(image))
		lines[#lines + 1] = ('<text x="%d" y="44">%s</text>'):format(x + 16, markup.text(image))
		x = x + 32 + (#image * LETTER) // 1
	end
end

function flame_graph.draw(title, stacks)
	local root = flame_graph.fold(stacks)
	local depth = depth_of(root) - 1
	local height = TOP + depth * ROW + FOOT
	local colour, order = palette()
	local lines = {
		('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">')
			:format(WIDTH, height, WIDTH, height),
		"<!-- SPDX-License-Identifier: MIT -->",
		"<style>text { font: 11px 'DejaVu Sans Mono', monospace; fill: #222 } .head { font-size: 15px } "
			.. "g:hover rect { stroke: #222; stroke-width: 1 }</style>",
		('<rect width="%d" height="%d" fill="#fdfdfa"/>'):format(WIDTH, height),
		('<text class="head" x="%d" y="22">%s: %s instructions</text>'):format(LEFT, markup.text(title),
			grouped(root.total)),
	}
	draw_children(lines, root, LEFT, TOP + (depth - 1) * ROW, (WIDTH - 2 * LEFT) / math.max(root.total, 1),
		root.total, colour)
	legend(lines, order, colour)
	lines[#lines + 1] = ('<text x="%d" y="%d">Wider is more; callers are below. Point at a box to read it.</text>')
		:format(LEFT, height - 10)
	lines[#lines + 1] = "</svg>"
	return table.concat(lines, "\n") .. "\n"
end

return flame_graph
