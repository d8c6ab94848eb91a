-- SPDX-License-Identifier: MIT
-- Coverage page: the sources, room by room, with what was executed of them, for a reader in a browser.

local markup = require "markup"
local page = require "page"
local sorted = require "sorted"

local coverage_page = {}

local STYLE = [[<style>
.source { max-height: none; } .source span { display: block; white-space: pre; }
.covered { background: #2a8a3e22; } .uncovered { background: #c8372d44; } .excused, .panic { background: #a07a0022; }
</style>]]

local function percent(covered, lines)
	return lines == 0 and "" or ("%.1f %%"):format(100 * covered / lines)
end

local function row(name, file)
	return ('<tr><td>%s<td class="number">%d<td class="number">%d<td class="number">%s<td class="number">%d')
		:format(name, file.lines, file.covered, percent(file.covered, file.lines), file.panic + file.excused)
end

local function source_part(path, file)
	local shown = {}
	for number, text in ipairs(file.source) do
		local state = file.state[number]
		shown[number] = ("<span%s>%5d  %s</span>"):format(state and (' class="%s"'):format(state) or "", number,
			markup.text(text))
	end
	return ('<details id="%s"><summary>%s</summary><pre class="source">%s</pre></details>'):format(markup.text(path),
		markup.text(path), table.concat(shown))
end

-- files: by path, { lines, covered, panic, excused, source, state = line -> covered, uncovered, panic or excused }.
function coverage_page.write(path, files)
	local rooms, rows, sources = {}, {}, {}
	for _, name in ipairs(sorted(files)) do
		local room = name:match("^(.*)/[^/]*$") or name
		local sum = rooms[room] or { lines = 0, covered = 0, panic = 0, excused = 0, files = {} }
		rooms[room] = sum
		for _, field in ipairs { "lines", "covered", "panic", "excused" } do
			sum[field] = sum[field] + files[name][field]
		end
		table.insert(sum.files, name)
	end
	for _, room in ipairs(sorted(rooms)) do
		rows[#rows + 1] = row("<b>" .. markup.text(room) .. "</b>", rooms[room])
		for _, name in ipairs(rooms[room].files) do
			rows[#rows + 1] = row(('<a href="#%s">%s</a>'):format(markup.text(name), markup.text(name)), files[name])
			sources[#sources + 1] = source_part(name, files[name])
		end
	end
	page.write(path, "capOS coverage", {
		STYLE, "<h1>Lines of the kernel that the scenarios execute</h1>",
		'<table><tr><th>room<th class="number">lines<th class="number">covered<th><th class="number">left out</tr>',
		table.concat(rows, "\n"), "</table>",
		'<p><span class="covered">executed</span>, <span class="uncovered">not executed</span>, '
			.. '<span class="excused">left out: leads to a panic, or has its reason</span>',
		table.concat(sources, "\n"),
	})
end

return coverage_page
