-- SPDX-License-Identifier: MIT
-- Verdicts: what became of each case, compared with what is known of it.
--
--     lua5.4 verdicts.lua ROOM RESULTS [--update]
--     lua5.4 verdicts.lua ROOM RESULTS --split CASES    writes RESULTS/FAMILY.cases
--
-- ROOM/verdicts has a line `INTERFACE CASE LINUX CAPOS` for each case: how it ends on Linux, and here.
-- RESULTS/linux/FAMILY and RESULTS/capos/FAMILY are what the case runner wrote, as far as there are any.
-- A case that passed and does not is a regression; one that passes on Linux and not here needs a line in
-- ROOM/reasons: `PATTERN: why`, a Lua pattern for INTERFACE CASE. Exit status 1: there are such.

local room, results, update = arg[1], arg[2], arg[3] == "--update"

-- The first pattern that fits is the family.
local families = {
	{ "signals", "^sig", "^kill", "^raise" },
	{ "threads", "^pthread_" },
	{ "semaphores", "^sem_" },
	{ "memory", "^mmap", "^munmap", "^mlock", "^munlock", "^shm_" },
	{ "time", "^timer_", "^clock", "^nanosleep", "^asctime", "^c?time", "^difftime", "^gmtime", "^localtime",
		"^mktime", "^strftime" },
	{ "processes", "^fork", "^getpid" },
	{ "queues", "^mq_" },
	{ "async", "^aio_", "^lio_", "^fsync" },
	{ "scheduling", "^sched_" },
}

local function family_of(interface)
	for _, family in ipairs(families) do
		for i = 2, #family do
			if interface:find(family[i]) then
				return family[1]
			end
		end
	end
	error("no family for " .. interface)
end

local function split(path)
	local lists = {}
	for line in assert(io.open(path)):lines() do
		local family = family_of(line)
		lists[family] = (lists[family] or "") .. line .. "\n"
	end
	for family, list in pairs(lists) do
		local file <close> = assert(io.open(("%s/%s.cases"):format(results, family), "w"))
		file:write(list)
	end
end

if arg[3] == "--split" then
	split(arg[4])
	os.exit(true)
end

local function lines_of(path)
	local file = io.open(path)
	local text = file and file:read("a") or ""
	if file then
		file:close()
	end
	return text:gmatch("[^\n]+")
end

local function read_known()
	local known = {}
	for line in lines_of(room .. "/verdicts") do
		local case, linux, capos = line:match("^(%S+ %S+) (%S+) (%S+)$")
		if case then
			known[case] = { linux = linux, capos = capos }
		end
	end
	return known
end

-- What was seen now, by case; and of which families.
local function read_seen(system)
	local seen, complete = {}, {}
	for _, family in ipairs(families) do
		for line in lines_of(("%s/%s/%s"):format(results, system, family[1])) do
			local case, verdict = line:match("^(%S+ %S+) ([%a]+%-?%d*)$")
			if case then
				seen[case] = verdict
				complete[family[1]] = true
			end
		end
	end
	return seen, complete
end

local function read_reasons()
	local reasons = {}
	for line in lines_of(room .. "/reasons") do
		local pattern, why = line:match("^([^#][^:]*): (.+)$")
		if pattern then
			reasons[#reasons + 1] = { pattern = "^" .. pattern .. "$", why = why }
		end
	end
	return reasons
end

local function sorted_keys(map)
	local keys = {}
	for key in pairs(map) do
		keys[#keys + 1] = key
	end
	table.sort(keys)
	return keys
end

local function reason_for(reasons, case)
	for _, reason in ipairs(reasons) do
		if case:find(reason.pattern) then
			reason.used = true
			return reason.why
		end
	end
end

local known, reasons = read_known(), read_reasons()
local linux = read_seen "linux"
local capos, complete = read_seen "capos"
local problems, better = {}, 0

for case, verdict in pairs(linux) do
	known[case] = known[case] or {}
	known[case].linux = verdict
end
for case, entry in pairs(known) do
	local now = capos[case] or complete[family_of(case)] and "lost" or entry.capos
	if entry.capos == "pass" and now ~= "pass" then
		problems[#problems + 1] = ("%s passed, and now: %s"):format(case, now)
	elseif entry.capos ~= "pass" and now == "pass" then
		better = better + 1
	end
	entry.now = now
end
for case in pairs(capos) do
	if not known[case] then
		problems[#problems + 1] = case .. " is not known"
	end
end

local counts = {}
for _, family in ipairs(families) do
	counts[family[1]] = { cases = 0, linux = 0, both = 0 }
end
for _, case in ipairs(sorted_keys(known)) do
	local entry, count = known[case], counts[family_of(case)]
	count.cases = count.cases + 1
	if entry.linux == "pass" then
		count.linux = count.linux + 1
		count.both = count.both + (entry.now == "pass" and 1 or 0)
		if entry.now ~= "pass" and not reason_for(reasons, case) then
			problems[#problems + 1] = ("%s: %s, and no reason is known"):format(case, entry.now)
		end
	end
end

print(("%-12s %6s %16s %16s %6s"):format("family", "cases", "pass on Linux", "of these, here", ""))
for _, family in ipairs(families) do
	local count = counts[family[1]]
	print(("%-12s %6d %16d %16d %5.1f%%"):format(family[1], count.cases, count.linux, count.both,
		count.linux > 0 and 100 * count.both / count.linux or 0))
end
if better > 0 then
	print(("%d cases pass that did not: `make conformance-update` notes it"):format(better))
end

if update then
	local file <close> = assert(io.open(room .. "/verdicts", "w"))
	file:write("# SPDX-License-Identifier: MIT\n# case, its verdict on Linux, and on capOS: written by "
		.. "`make conformance-update`\n")
	for _, case in ipairs(sorted_keys(known)) do
		file:write(("%s %s %s\n"):format(case, known[case].linux or "unknown", known[case].now or "unknown"))
	end
	print(("%d verdicts written"):format(#sorted_keys(known)))
end
table.sort(problems)
print(table.concat(problems, "\n"))
os.exit(update or #problems == 0)
