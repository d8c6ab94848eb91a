-- SPDX-License-Identifier: MIT
-- A few words for Lua tests: a test's name is the sentence it proves.

local unit = { failed = 0, passed = 0 }

function unit.test(name, body)
	local ok, problem = xpcall(body, debug.traceback)
	unit[ok and "passed" or "failed"] = unit[ok and "passed" or "failed"] + 1
	if not ok then
		print(("FAILED: %s\n%s"):format(name, problem))
	end
end

function unit.equal(got, expected)
	if got ~= expected then
		error(("got %s, expected %s"):format(tostring(got), tostring(expected)), 2)
	end
end

-- The error that `body` ends with.
function unit.thrown(body, ...)
	local ok, problem = pcall(body, ...)
	if ok then
		error("nothing was thrown", 2)
	end
	return problem
end

function unit.finish()
	print(("%d tests passed, %d failed"):format(unit.passed, unit.failed))
	os.exit(unit.failed == 0)
end

return unit
