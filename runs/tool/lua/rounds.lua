-- SPDX-License-Identifier: MIT
-- Rounds: what differs between repetitions of a scenario that ought to be the same each time.

local rounds = {}

-- A number for what was seen; the same for the same texts.
function rounds.hash(texts)
	local hash = 0xcbf29ce484222325 -- FNV-1a, 64 bits
	for _, text in ipairs(texts) do
		for i = 1, #text do
			hash = (hash ~ text:byte(i)) * 0x100000001b3
		end
		hash = (hash ~ 10) * 0x100000001b3
	end
	return ("%016x"):format(hash)
end

-- jobs: as of the pool, with scenario, verdict and, where it was counted time, seen: a hash.
-- Answers a line for each scenario whose rounds differ.
function rounds.differences(jobs)
	local order, of = {}, {}
	for _, job in ipairs(jobs) do
		local found = of[job.scenario]
		if not found then
			found = { total = 0, failed = 0, seen = {}, ways = 0 }
			of[job.scenario] = found
			order[#order + 1] = job.scenario
		end
		found.total = found.total + 1
		found.failed = found.failed + (job.verdict == "fail" and 1 or 0)
		if job.verdict == "pass" and job.seen and not found.seen[job.seen] then
			found.seen[job.seen] = job.name
			found.ways = found.ways + 1
		end
	end
	table.sort(order)
	local lines = {}
	for _, name in ipairs(order) do
		local found = of[name]
		if found.failed > 0 and found.failed < found.total then
			lines[#lines + 1] = ("%s is flaky: %d of %d rounds failed"):format(name, found.failed,
				found.total)
		elseif found.ways > 1 then
			local names = {}
			for _, job in pairs(found.seen) do
				names[#names + 1] = job
			end
			table.sort(names)
			lines[#lines + 1] = ("%s was seen in %d ways, in counted time; compare the console of %s and %s")
				:format(name, found.ways, names[1], names[2])
		end
	end
	return lines
end

-- The new ones among the scenarios that have passed, more than once and always in the same way.
function rounds.always_passed(jobs)
	local of, names = {}, {}
	for _, job in ipairs(jobs) do
		local found = of[job.scenario] or { passed = 0, total = 0, new = job.new }
		of[job.scenario] = found
		found.total = found.total + 1
		found.passed = found.passed + (job.verdict == "pass" and 1 or 0)
		found.ways = found.ways or job.seen
		found.differs = found.differs or found.ways ~= job.seen
	end
	for name, found in pairs(of) do
		if found.new and found.total > 1 and found.passed == found.total and not found.differs then
			names[#names + 1] = name
		end
	end
	table.sort(names)
	return names
end

return rounds
