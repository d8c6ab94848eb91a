-- SPDX-License-Identifier: MIT
-- Failure: why something ended without a pass, as a value that is thrown.
--
-- Each kind has its own exit status, so that a script around the tool can tell
-- them apart. `place` is where in the scenario the waiting word stands, `details`
-- are further lines for the reader.

local failure = {}
failure.__index = failure

failure.status = {
	usage = 2,     -- the tool was called wrongly
	script = 3,    -- the scenario or its policy has an error
	missing = 4,   -- a file, component or program is not there
	panic = 10,    -- the kernel gave up
	reboot = 11,   -- the machine started again, or reset itself
	exit = 12,     -- the machine ended before its time
	silence = 13,  -- the script waits, and nothing can happen any more
	fault = 14,    -- a component faulted, unannounced
	never = 15,    -- a text came that must not
	account = 16,  -- the closing account check found a difference
	timeout = 17,  -- the wall-clock net
	budget = 18,   -- the guest used up its time
	mismatch = 19, -- the awaited event came with another detail
	finish = 20,   -- the machine reports a failure of another kind
	flood = 21,    -- the console never ends
	regression = 22, -- a benchmark counts more than it may
	host = 23,     -- a program of the host, run for comparison, failed
	replay = 24, -- what was recorded came otherwise
	skip = 77,
	interrupt = 130,
}

function failure.new(kind, message, place, details)
	assert(failure.status[kind], kind)
	return setmetatable({ kind = kind, message = message, place = place, details = details or {} },
		failure)
end

function failure.throw(...)
	error(failure.new(...), 0)
end

function failure.caught(value)
	return getmetatable(value) == failure
end

-- The name of an exit status, for those who see only that.
function failure.kind_of(status)
	for kind, number in pairs(failure.status) do
		if number == status then
			return kind
		end
	end
	local form = status >= 256 and "killed by signal %d" or "status %d"
	return form:format(status % 256)
end

function failure:__tostring()
	return self.place and self.place .. ": " .. self.message or self.message
end

return failure
