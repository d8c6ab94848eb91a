-- SPDX-License-Identifier: MIT
-- Report: the progress and the outcome of many scenarios, for people and for machines.

local files = require "files"
local json = require "json"
local markup = require "markup"

local report = {}

-- What a failed or skipped scenario says of itself, in one line.
function report.why(job)
	if job.verdict == "skip" then
		return job.output:match("SKIP [^:]*: ([^\n]*)") or ""
	end
	return job.output:match("FAIL [^\n]*\n  ([^\n]*)") or job.output:match("^capos [^\n]*") or ""
end

-- One line per scenario; the whole report of those that fail; on a terminal, what runs now.
function report.plain(total)
	local terminal = files.terminal(1)
	local completed = 0
	local words = { pass = "PASS", skip = "SKIP", fail = "FAIL" }
	local colours = { pass = "32", skip = "33", fail = "31" }
	local form = {}

	function form.done(job)
		completed = completed + 1
		local word = words[job.verdict]
		if terminal then
			word = ("\r\27[K\27[%sm%s\27[0m"):format(colours[job.verdict], word)
		end
		if job.verdict == "fail" then
			print(("%s %s (%.2f s): %s"):format(word, job.name, job.seconds, job.kind))
			print((job.output:gsub("[^\n]+", "    %0")))
		else
			print(("%s %s (%.2f s)%s"):format(word, job.name, job.seconds,
				job.verdict == "skip" and ": " .. job.why or ""))
		end
		io.stdout:flush()
	end

	function form.running(jobs)
		if not terminal then
			return
		end
		local names = {}
		for i, job in ipairs(jobs) do
			names[i] = job.name
		end
		local shown = table.concat(names, ", "):sub(1, 60)
		io.write(("\r\27[K[%d/%d] %s"):format(completed, total, shown))
		io.stdout:flush()
	end

	function form.finish()
		if terminal then
			io.write("\r\27[K")
		end
	end

	return form
end

function report.tap(total)
	local number = 0
	local form = { running = function() end, finish = function() end }
	print(("TAP version 13\n1..%d"):format(total))

	function form.done(job)
		number = number + 1
		print(("%s %d - %s%s"):format(job.verdict == "fail" and "not ok" or "ok", number, job.name,
			job.verdict == "skip" and " # SKIP " .. job.why or ""))
		if job.verdict == "fail" then
			print((job.output:gsub("[^\n]+", "# %0"):gsub("\n$", "")))
		end
		io.stdout:flush()
	end

	return form
end

function report.write_junit(path, jobs)
	local cases, failed, skipped = {}, 0, 0
	for _, job in ipairs(jobs) do
		local inner = ""
		if job.verdict == "fail" then
			failed = failed + 1
			inner = ('\n\t\t<failure type="%s" message="%s">%s</failure>\n\t'):format(markup.text(job.kind),
				markup.text(job.why), markup.text(job.output))
		elseif job.verdict ~= "pass" then
			skipped = skipped + 1
			inner = ('<skipped message="%s"/>'):format(markup.text(job.why or ""))
		end
		local form = '\t<testcase classname="%s" name="%s" time="%.3f">%s</testcase>'
		cases[#cases + 1] = form:format(markup.text(job.loader), markup.text(job.name), job.seconds or 0, inner)
	end
	local file <close> = assert(io.open(path, "w"))
	file:write('<?xml version="1.0" encoding="UTF-8"?>\n', ('<testsuite name="capos" tests="%d" '
		.. 'failures="%d" skipped="%d">\n'):format(#jobs, failed, skipped),
		table.concat(cases, "\n"), "\n</testsuite>\n")
end

function report.write_json(path, jobs)
	local object = {}
	for _, job in ipairs(jobs) do
		object[job.name] = {
			verdict = job.verdict,
			kind = job.kind,
			seconds = job.seconds,
			why = job.why ~= "" and job.why or nil,
			seen = job.seen,
		}
	end
	local file <close> = assert(io.open(path, "w"))
	file:write(json.encode(object))
end

return report
