-- SPDX-License-Identifier: MIT
-- capos test [PATTERN]: judges all scenarios of runs/, each with every loader it asks for.

local failure = require "failure"
local files = require "files"
local options = require "options"
local pool = require "pool"
local report = require "report"
local rounds = require "rounds"
local scenarios = require "scenarios"
local suite_page = require "suite_page"

local specification = {
	build = { "value", "where the build is (build)" },
	count = { "value", "count what is executed, as `capos run` does" },
	jobs = { "number", "how many at a time (as many as there are processors)", short = "j" },
	json = { "value", "write the verdicts as JSON as well" },
	junit = { "value", "write a JUnit file as well" },
	loader = { "value", "only the variants with this loader" },
	list = { "flag", "only say what would run" },
	["repeat"] = { "number", "run each that many times, and compare the rounds (1)" },
	runs = { "value", "where the scenarios are (runs)" },
	settle = { "flag", "enter new scenarios that have passed all their rounds into the list of settled ones" },
	shuffle = { "number", "in another order, the same for the same number" },
	tag = { "value", "only those with this tag" },
	tap = { "flag", "report in the Test Anything Protocol" },
	["timeout-scale"] = { "number", "multiply the wall-clock limits, for a slow host (1)" },
}

local verdicts = { [0] = "pass", [failure.status.skip] = "skip" }

local function complete(job)
	job.verdict = verdicts[job.status] or "fail"
	job.kind = job.status ~= 0 and failure.kind_of(job.status) or nil
	job.why = report.why(job)
	local file <close> = io.open(job.directory .. "/result")
	job.seen = file and file:read("a"):match("\nseen (%x+)\n")
end

local function write_files(jobs, found, remarks)
	local done = {}
	for _, job in ipairs(jobs) do
		done[#done + 1] = job.verdict and job
	end
	suite_page.write((found.build or "build") .. "/runs/index.html", done, remarks)
	if found.junit then
		report.write_junit(found.junit, jobs)
	end
	if found.json then
		report.write_json(found.json, done)
	end
end

-- New scenarios that have passed every time: the list may have them from now on.
local function tell_new(jobs, found)
	local names = rounds.always_passed(jobs)
	if #names == 0 then
		return
	elseif found.settle then
		scenarios.settle(found.runs or "runs", names)
	end
	print(("%snew, and passed each time: %s%s"):format(found.tap and "# " or "", table.concat(names, ", "),
		found.settle and " (now settled)" or " (--settle enters that into the list)"))
end

local function judge_all(jobs, found)
	local form = found.tap and report.tap(#jobs) or report.plain(#jobs)
	local count = { pass = 0, skip = 0, fail = 0 }
	local completed, signal = pool.run(jobs, found.build or "build",
		math.max(1, found.jobs or files.processors()) // 1, function(job)
			complete(job)
			count[job.verdict] = count[job.verdict] + 1
			form.done(job)
		end, form.running)
	form.finish()
	local remarks = rounds.differences(jobs)
	write_files(jobs, found, remarks)
	for _, remark in ipairs(remarks) do
		print(found.tap and "# " .. remark or remark)
	end
	tell_new(jobs, found)
	if count.skip > 0 then
		print(("%d skipped"):format(count.skip))
	end
	print(("%d passed, %d failed"):format(count.pass, count.fail))
	if not completed then
		failure.throw("interrupt", ("ended by signal %d"):format(signal))
	end
	return count.fail + #remarks == 0 and 0 or 1
end

return options.guarded("test", function(arguments)
	local found, rest = options.parse("test", "[PATTERN]", specification, arguments)
	if not found then
		return 0
	elseif #rest > 1 then
		failure.throw("usage", "wants one pattern at most")
	end
	local jobs = scenarios.jobs(found, rest[1])
	if found.shuffle then
		scenarios.shuffle(jobs, math.tointeger(found.shuffle) or 0)
	end
	if #jobs == 0 then
		failure.throw("usage", rest[1] and ("no scenario matches '%s'"):format(rest[1])
			or "there is no scenario")
	elseif found.list then
		for _, job in ipairs(jobs) do
			print(job.name)
		end
		return 0
	end
	return judge_all(jobs, found)
end)
