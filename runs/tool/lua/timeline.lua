-- SPDX-License-Identifier: MIT
-- Timeline: slices of who ran when, in the form that Chrome and Perfetto show: the "Trace Event Format".
-- A microsecond there is a thousand instructions.

local timeline = {}

local VECTORS = { [1] = "debug", [3] = "breakpoint", [6] = "invalid opcode", [7] = "vector registers",
	[13] = "general protection", [14] = "page fault" }
local INTERRUPT_FIRST = 32

-- What the kernel was entered for.
local function entry_name(what)
	local vector = tonumber(what:match("^vector%-(%d+)$"))
	if not vector then
		return what == "syscall_entry" and "system call" or what
	end
	return VECTORS[vector] or vector >= INTERRUPT_FIRST and ("interrupt %d"):format(vector)
		or ("exception %d"):format(vector)
end

-- Of a program the innermost function that is not a stub of a system call; and who called it.
function timeline.name_of(slice)
	if slice.image == "kernel" then
		return entry_name(slice.what), ""
	end
	local rest = slice.what
	while rest:find("^ipc_[^;]*;") do
		rest = rest:gsub("^[^;]*;", "")
	end
	local name = rest:match("^[^;]*")
	return name, (rest:sub(#name + 2):gsub(";", " < "))
end

local function quoted(text)
	return '"' .. text:gsub('[%c"\\]', "?") .. '"'
end

-- slices: as of the counter. Answers the file's text.
function timeline.chrome(title, slices)
	local lines, tracks = {}, {}
	local count = 0
	lines[1] = ('{"ph":"M","name":"process_name","pid":1,"args":{"name":%s}}'):format(quoted(title))
	local function track_of(image)
		if not tracks[image] then
			count = count + 1
			tracks[image] = count
			lines[#lines + 1] = ('{"ph":"M","name":"thread_name","pid":1,"tid":%d,"args":{"name":%s}}')
				:format(count, quoted(image))
		end
		return tracks[image]
	end
	for _, slice in ipairs(slices) do
		local track = track_of(slice.image)
		local name, callers = timeline.name_of(slice)
		local arguments = callers ~= "" and (',"args":{"called by":%s}'):format(quoted(callers)) or ""
		lines[#lines + 1] = ('{"ph":"X","name":%s,"pid":1,"tid":%d,"ts":%.3f,"dur":%.3f%s}'):format(
			quoted(name), track, slice.first / 1000, (slice.last - slice.first) / 1000, arguments)
	end
	return '{"displayTimeUnit":"ns","traceEvents":[\n' .. table.concat(lines, ",\n") .. "\n]}\n"
end

return timeline
