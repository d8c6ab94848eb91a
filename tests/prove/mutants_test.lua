-- SPDX-License-Identifier: MIT
-- That proofs can fail: mutants_test.lua BUILD breaks a copy of the kernel in each way that
-- mutants.lua lists, and expects that the function's proof does not go through.

package.path = arg[0]:match("^(.*)/") .. "/?.lua;" .. package.path
local frama_c = require "frama_c"
local mutants = require "mutants"
local units = require "units"

-- Suffices for most goals of the unbroken functions, and only those count; a mutant may say more.
local STEPS = 60000

local build = arg[1]
local copy = build .. "/prove/mutant"

local function replaced(path, from, to)
	local file <close> = assert(io.open(path))
	local text = file:read "a"
	local first, last = text:find(from, 1, true)

	assert(first and not text:find(from, last, true), path .. " does not say once: " .. from)
	return text:sub(1, first - 1) .. to .. text:sub(last + 1)
end

local function write(path, text)
	local file <close> = assert(io.open(path, "w"))
	file:write(text)
end

local function proof(root, unit, name, steps)
	local result = frama_c.run(build, root, units[unit].file, "-wp-fct " .. name, steps or STEPS)
	assert(result.done and result.goals > 0, result.log)
	return result
end

-- The first goal that is proved before the break and no longer after it.
local function lost(before, after)
	for goal in pairs(after.failed) do
		if not before.failed[goal] then
			return goal
		end
	end
end

local survivors, whole = 0, {}
for _, mutant in ipairs(mutants) do
	local unit, name, file, from, to, steps = table.unpack(mutant)

	assert(os.execute(("rm -rf %s && mkdir -p %s && cp -r base-kernel %s"):format(copy, copy, copy)))
	write(copy .. "/" .. file, replaced(file, from, to))
	whole[name] = whole[name] or proof(".", unit, name, steps)

	local goal = lost(whole[name], proof(copy, unit, name, steps))

	survivors = survivors + (goal and 0 or 1)
	print(("%s: %s %s"):format(name, to, goal and "fails " .. goal or "IS NOT NOTICED"))
end
os.exit(survivors == 0)
