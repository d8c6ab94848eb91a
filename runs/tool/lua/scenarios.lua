-- SPDX-License-Identifier: MIT
-- Scenarios: what there is in runs/, as jobs for the pool: each with every loader it asks for.

local failure = require "failure"
local files = require "files"
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

-- options: runs, tag, loader, repeat, timeout-scale, count, as of `capos test`. pattern: part of a
-- name, or a tag.
function scenarios.jobs(options, pattern)
	local jobs = {}
	for round = 1, options["repeat"] or 1 do
		for _, script in ipairs(scripts_of(options.runs or "runs")) do
			local name = script:match("([^/]+)%.lua$")
			local scenario = words.inspect(script)
			for _, loader in ipairs(scenario.loaders) do
				local full = name .. (loader == "qemu" and "" or "." .. loader)
				if matches(pattern, script, full, scenario.tags)
					and (not options.tag or has(scenario.tags, options.tag))
					and (not options.loader or options.loader == loader) then
					jobs[#jobs + 1] = {
						script = script,
						loader = loader,
						scenario = full,
						name = full .. (round > 1 and ("#%d"):format(round) or ""),
						arguments = { "--timeout-scale", tostring(options["timeout-scale"] or 1),
							options.count and "--count=" .. options.count },
					}
				end
			end
		end
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
