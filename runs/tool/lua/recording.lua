-- SPDX-License-Identifier: MIT
-- Recording: a run that can be had again, instruction by instruction, with all that came from outside at the
-- same points (QEMU's record and replay). Kept beside the run's other files, with what was booted:
--
--     recorded/input        what came, and when      recorded/kernel.elf, boot.archive
--     recorded/console.log, events.log, result       what came of it

local event = require "event"
local failure = require "failure"
local files = require "files"

local recording = {}

local BOOTED = { "kernel.elf", "boot.archive" }
local SEEN = { "console.log", "events.log", "result" }

local function folder(directory)
	return directory .. "/recorded"
end

local function copy(from, to)
	local source <close> = assert(io.open(from, "rb"))
	local target <close> = assert(io.open(to, "wb"))
	assert(target:write(source:read("a")))
end

-- The machine that is about to be recorded, or the recorded one in its place.
function recording.prepare(mode, directory, machine, place)
	local kept = folder(directory)
	machine.replay, machine.replay_file = mode, kept .. "/input"
	if mode == "record" then
		assert(files.make_directory(kept))
		for _, name in ipairs(SEEN) do
			os.remove(kept .. "/" .. name)
		end
		copy(machine.kernel, kept .. "/kernel.elf")
		copy(machine.archive, kept .. "/boot.archive")
	elseif not files.size(kept .. "/result") then
		failure.throw("missing", "nothing is recorded; `capos run --record` does that", place)
	end
	machine.kernel, machine.archive = kept .. "/" .. BOOTED[1], kept .. "/" .. BOOTED[2]
end

-- The run has ended, and its files are complete.
function recording.complete(directory)
	for _, name in ipairs(SEEN) do
		copy(directory .. "/" .. name, folder(directory) .. "/" .. name)
	end
end

-- What the machine said; notes of the script stand where the tool was just then.
local function lines_of(path)
	local lines = {}
	for line in io.lines(path) do
		if path:find("console.log$") or event.parse(line).word ~= "noise" then
			lines[#lines + 1] = line
		end
	end
	return lines
end

-- Answers why the run in `directory` is not the recorded one, or nil and how many lines are the same. How
-- many more a tool has read before it ended is chance.
function recording.difference(directory)
	local same = 0
	for _, name in ipairs { "console.log", "events.log" } do
		local was, is = lines_of(folder(directory) .. "/" .. name), lines_of(directory .. "/" .. name)
		for i = 1, math.min(#was, #is) do
			if was[i] ~= is[i] then
				return ("%s differs from line %d on: '%s' was recorded as '%s'"):format(name, i, is[i], was[i])
			end
		end
		same = same + math.min(#was, #is)
	end
	local function verdict(path)
		local file <close> = assert(io.open(path .. "/result"))
		return file:read("l")
	end
	local was, is = verdict(folder(directory)), verdict(directory)
	if was ~= is then
		return ("%s, but %s was recorded"):format(is, was)
	end
	return nil, same
end

return recording
