-- SPDX-License-Identifier: MIT
-- Run page: one run for a reader in a browser: the verdict, the script, what each component wrote.

local label = require "label"
local markup = require "markup"
local page = require "page"

local run_page = {}

local LINES_MAX = 2000 -- of the console; more are in console.log
local HUES = 12

local function read(path)
	local file <close> = io.open(path, "rb")
	return file and file:read("a")
end

-- The colour of a component: the same in each run.
local function hue_of(writer)
	local sum = 0
	for i = 1, #writer do
		sum = (sum * 31 + writer:byte(i)) % 1000003
	end
	return sum % HUES * 360 // HUES
end

local function verdict_part(run)
	local kind = run.failure and run.failure.kind or "pass"
	local class = kind == "pass" and "pass" or kind == "skip" and "skip" or "fail"
	local parts = { ('<h1>%s: <span class="%s">%s</span></h1>'):format(markup.text(run.name), class, kind) }
	if run.failure then
		local lines = { tostring(run.failure), run.step and "in the step: " .. run.step }
		table.move(run.failure.details, 1, #run.failure.details, #lines + 1, lines)
		parts[2] = "<pre>" .. markup.text(table.concat(lines, "\n")) .. "</pre>"
	end
	return table.concat(parts, "\n")
end

-- The script, with the line that failed marked.
local function script_part(run)
	local marked = run.failure and run.failure.place and tonumber(run.failure.place:match(":(%d+)$"))
	local lines, number = {}, 0
	for line in ((read(run.path) or ""):gsub("\n?$", "\n")):gmatch("([^\n]*)\n") do
		number = number + 1
		local text = ('<span class="dim">%4d</span>  %s'):format(number, markup.text(line))
		lines[number] = number == marked and "<mark>" .. text .. "</mark>" or text
	end
	return ("<h2>%s</h2>\n<pre>%s</pre>"):format(markup.text(run.path), table.concat(lines, "\n"))
end

local function console_part(lines)
	local shown = {}
	for i = math.max(1, #lines - LINES_MAX + 1), #lines do
		local line = lines[i]
		if line.writer then
			shown[#shown + 1] = ('<span style="color: hsl(%d 65%% 45%%)">%s</span>%s'):format(
				hue_of(line.writer), markup.text(line.text:sub(1, line.start - 1)),
				markup.text(line.text:sub(line.start)))
		else
			shown[#shown + 1] = '<span class="dim">' .. markup.text(line.text) .. "</span>"
		end
	end
	local left_out = #lines > LINES_MAX and (", the last %d lines of %d"):format(LINES_MAX, #lines) or ""
	return ("<h2>Console%s</h2>\n<pre>%s</pre>"):format(left_out, table.concat(shown, "\n"))
end

local function accounts_part(accounts)
	if #accounts == 0 then
		return ""
	end
	local rows = {}
	for i, account in ipairs(accounts) do
		rows[i] = ("<tr><td>%s<td>%s"):format(markup.text(label.short(account.label)),
			markup.text(account.detail))
	end
	return "<h2>Closing account check</h2>\n<table>" .. table.concat(rows, "\n") .. "</table>"
end

local function screens_part(screens)
	local shown = {}
	for i, name in ipairs(screens) do
		shown[i] = ('<figure><img src="%s" alt="%s"><figcaption>%s</figcaption></figure>'):format(
			markup.text(name), markup.text(name), markup.text(name))
	end
	return #screens == 0 and "" or "<h2>Screens</h2>\n" .. table.concat(shown, "\n")
end

local function files_part(directory, logs)
	local names = { "console.log", "events.log", "qemu.sh", "qemu.log", "boot.archive" }
	for _, name in ipairs(logs) do
		names[#names + 1] = "log/" .. name
	end
	for i, name in ipairs(names) do
		names[i] = ('<a href="%s">%s</a>'):format(markup.text(name), markup.text(name))
	end
	local events = read(directory .. "/events.log") or ""
	return ("<details><summary>Events</summary><pre>%s</pre></details>\n<h2>Files</h2>\n<p>%s"):format(
		markup.text(events), table.concat(names, ", "))
end

-- run: name, path of the script, directory, seconds, failure or nil, step, lines of the console,
-- accounts, logs: the names of the files in log/, screens: those of pictures.
function run_page.write(run)
	page.write(run.directory .. "/index.html", run.name, {
		'<p><a href="../index.html">all scenarios</a>',
		verdict_part(run),
		('<p class="dim">%.2f seconds of wall time'):format(run.seconds),
		script_part(run),
		screens_part(run.screens),
		console_part(run.lines),
		accounts_part(run.accounts),
		files_part(run.directory, run.logs),
	})
end

return run_page
