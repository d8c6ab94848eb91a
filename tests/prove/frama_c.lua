-- SPDX-License-Identifier: MIT
-- Runs Frama-C's WP on functions of one file and reads what it says.

local frama_c = {}

-- Frama-C 25 does not know _Alignas; the attribute says the same.
local preprocessor = [[-I%s/base-kernel -I%s/interface -include tests/prove/assumed.h]]
	.. [[ -D'_Alignas(n)=__attribute__((aligned(n)))']]

-- Provers are limited by steps, which any machine counts alike; the time is a last resort.
local options = "-c11 -machdep gcc_x86_64 -kernel-warn-key asm:clobber=inactive"
	.. " -wp -wp-rte -wp-model Typed+cast -wp-prover cvc4 -wp-par 2 -wp-steps %d -wp-timeout 1200"
	.. " -wp-cache update -wp-cache-dir %s/prove/cache"

local function quoted(text)
	return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- The functions without contract and body that a function of the normalized code calls.
local function unspecified(log, code, functions)
	local missing, calls = {}, {}
	for name in log:gmatch "specification for function ([%w_]+)" do
		missing[name] = true
	end
	for name, body in code:gmatch "([%w_]+)%([^;{}]-%)\n{\n(.-)\n}\n" do
		for callee in body:gmatch "([%w_]+)%(" do
			if functions[name] and missing[callee] then
				table.insert(calls, callee)
			end
		end
	end
	return calls
end

-- Proves `what` ("-wp-fct a,b") of a file below `root`; the build folder holds the provers' cache.
-- Returns a result: goals, proved, functions and failed goals (sets), unspecified (a list), log.
function frama_c.run(build, root, file, what, steps)
	local code = ("%s/prove/%s"):format(build, file:match "[^/]*$")
	local command = table.concat({
		"WHY3CONFIG=" .. build .. "/prove/why3.conf frama-c", options:format(steps, build),
		"-cpp-extra-args=" .. quoted(preprocessor:format(root, build)), root .. "/" .. file, what,
		"-print -ocode", code, "2>&1",
	}, " ")
	local pipe <close> = assert(io.popen(command))
	local log = pipe:read "a"
	local done = pipe:close()
	local result = { goals = 0, proved = 0, functions = {}, failed = {}, log = log, done = done }

	local proved, goals = log:match "Proved goals:%s+(%d+) / (%d+)"
	result.proved, result.goals = tonumber(proved) or 0, tonumber(goals) or 0
	for name in log:gmatch "annotating function ([%w_]+)" do
		result.functions[name] = true
	end
	for goal, verdict in log:gmatch "Goal typed_cast_([%w_]+) : (%a+)" do
		result.failed[goal] = verdict ~= "Valid" or nil
	end
	local text <close> = assert(io.open(code))
	result.unspecified = unspecified(log, text:read "a", result.functions)
	return result
end

return frama_c
