-- SPDX-License-Identifier: MIT
-- Pool: runs scenarios side by side, each in a `capos run` of its own, so that one
-- that goes wrong in whichever way takes nothing else with it.
--
-- A job is { script =, loader =, name =, arguments = further options }; when done it has
-- status, seconds, output and directory.

local files = require "files"
local processes = require "processes"

local pool = {}

local WAIT_MS = 1000
local GRACE_MS = 3000 -- for a job to end in good order after a signal

local function start(job, build)
	job.directory = ("%s/runs/%s"):format(build, job.name)
	assert(files.make_directory(job.directory))
	local arguments = { "/proc/self/exe", "run", job.script, "--build", build, "--name", job.name,
		"--loader", job.loader or "qemu", "--quiet" }
	table.move(job.arguments or {}, 1, #(job.arguments or {}), #arguments + 1, arguments)
	job.started = files.now()
	job.task = assert(processes.spawn(arguments, job.directory .. "/output.txt"))
end

local function complete(job, status)
	local file <close> = assert(io.open(job.directory .. "/output.txt"))
	job.output = file:read("a")
	job.status = status
	job.seconds = (files.now() - job.started) / 1000
	job.task = nil
end

local function tasks_of(running)
	local tasks = {}
	for i, job in ipairs(running) do
		tasks[i] = job.task
	end
	return tasks
end

-- Completes what has ended; answers how many.
local function reap(running, on_done)
	local count = 0
	for i = #running, 1, -1 do
		local job = running[i]
		local status = job.task:reap()
		if status then
			table.remove(running, i)
			complete(job, status)
			on_done(job)
			count = count + 1
		end
	end
	return count
end

local function end_all(running)
	for _, job in ipairs(running) do
		job.task:ask_to_end()
	end
	local deadline = files.now() + GRACE_MS
	while #running > 0 and files.now() < deadline do
		processes.wait({}, 20)
		reap(running, function() end)
	end
	for _, job in ipairs(running) do
		job.task:kill()
	end
end

-- Runs all jobs, at most `width` at a time. Answers true, or nil and the signal that ended it.
function pool.run(jobs, build, width, on_done, on_change)
	local running, next_job = {}, 1
	while next_job <= #jobs or #running > 0 do
		while next_job <= #jobs and #running < width do
			start(jobs[next_job], build)
			running[#running + 1] = jobs[next_job]
			next_job = next_job + 1
		end
		if on_change then
			on_change(running)
		end
		if processes.interrupted() then
			end_all(running)
			return nil, processes.interrupted()
		end
		processes.wait(tasks_of(running), WAIT_MS)
		reap(running, on_done)
	end
	return true
end

return pool
