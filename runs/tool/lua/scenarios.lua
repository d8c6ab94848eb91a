-- SPDX-License-Identifier: MIT
-- Scenarios: what there is in runs/, as jobs for the pool: each with every loader it asks for.

local failure = require "failure"
local files = require "files"
local sorted = require "sorted"
local words = require "words"

local scenarios = {}

local function scripts_of(directory)
	local names, problem = files.list(directory)
	if not names then
		failure.throw("missing", problem)
	end
	local scripts = {}
	for _, name in ipairs(names) do
		if name:match("%.lua$") then
			scripts[#scripts + 1] = directory .. "/" .. name
		end
	end
	table.sort(scripts)
	return scripts
end

local function has(list, wanted)
	for _, item in ipairs(list) do
		if item == wanted then
			return true
		end
	end
	return false
end

local function matches(pattern, script, name, tags)
	return not pattern or name:find(pattern, 1, true) or script == pattern or has(tags, pattern)
end

local SETTLED = "settled.txt"
local ROUNDS_OF_NEW = 20

-- The names in the list of settled scenarios, one a line; nil without a list: then none is new.
function scenarios.settled(directory)
	local file <close> = io.open(directory .. "/" .. SETTLED)
	local names = file and {}
	for line in file and file:lines() or function() end do
		names[line:match("^[%w_.-]+") or ""] = true
	end
	return names
end

-- Adds names to the list.
function scenarios.settle(directory, names)
	local settled, path = scenarios.settled(directory) or {}, directory .. "/" .. SETTLED
	local file <close> = io.open(path)
	local head = file and file:read("a"):match("^#[^\n]*\n") or ""
	for _, name in ipairs(names) do
		settled[name] = true
	end
	settled[""] = nil
	local out <close> = assert(io.open(path, "w"))
	out:write(head, table.concat(sorted(settled), "\n"), "\n")
end

-- options: runs, tag, loader, repeat, timeout-scale, count, as of `capos test`. pattern: part of a
-- name, or a tag. A scenario that is not settled yet runs so often that chance would show.
function scenarios.jobs(options, pattern)
	local directory = options.runs or "runs"
	local settled = scenarios.settled(directory)
	local rounds, most = {}, 0

	local function add(round, script, full, loader)
		rounds[round] = rounds[round] or {}
		most = math.max(most, round)
		table.insert(rounds[round], {
			script = script,
			loader = loader,
			scenario = full,
			new = settled and not settled[full],
			name = full .. (round > 1 and ("#%d"):format(round) or ""),
			arguments = { "--timeout-scale", tostring(options["timeout-scale"] or 1),
				options.count and "--count=" .. options.count },
		})
	end

	for _, script in ipairs(scripts_of(directory)) do
		local name = script:match("([^/]+)%.lua$")
		local scenario = words.inspect(script)
		for _, loader in ipairs(scenario.loaders) do
			local full = name .. (loader == "qemu" and "" or "." .. loader)
			if matches(pattern, script, full, scenario.tags)
				and (not options.tag or has(scenario.tags, options.tag))
				and (not options.loader or options.loader == loader) then
				local new = settled and not settled[full] and not options.count
				for round = 1, options["repeat"] or new and ROUNDS_OF_NEW or 1 do
					add(round, script, full, loader)
				end
			end
		end
	end

	local jobs = {}
	for round = 1, most do
		table.move(rounds[round], 1, #rounds[round], #jobs + 1, jobs)
	end
	return jobs
end

-- Another order, the same for the same seed.
function scenarios.shuffle(jobs, seed)
	math.randomseed(seed)
	for i = #jobs, 2, -1 do
		local other = math.random(i)
		jobs[i], jobs[other] = jobs[other], jobs[i]
	end
end

return scenarios
