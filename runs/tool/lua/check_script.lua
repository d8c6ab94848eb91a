-- SPDX-License-Identifier: MIT
-- capos check SCRIPT: evaluates a scenario as far as its boot and prints what is wrong with what
-- it composes. Nothing is booted. Arguments: the build (empty: configurations are not looked at
-- closely), the script. Answers 1 on errors.

local composition = require "composition"
local failure = require "failure"
local policy_words = require "policy_words"
local words = require "words"

return function(arguments)
	local build, path = arguments[1], arguments[2]
	local refused = false

	local problem = words.run_to_boot(path, build, function(boot, place, plan, messages)
		local own, policy = composition.split(boot, place)
		if own.policy then
			plan, messages = policy_words.plan_of_file(build, own.policy)
		end
		if policy or own.policy then
			refused = not plan
			for _, message in ipairs(messages) do
				print(message)
			end
		end
	end)
	if problem and not failure.caught(problem) then
		error(problem, 0)
	elseif problem and problem.kind ~= "skip" then
		print((tostring(problem):gsub("^(.-:%d+): ", "%1: error: ", 1)))
		refused = true
	end
	return refused and 1 or 0
end
