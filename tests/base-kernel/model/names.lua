-- SPDX-License-Identifier: MIT
-- Whether the model of IPC speaks of the same states and functions as the kernel.
--
-- Each enumeration of the model has the names of the C one, all of them but those that its comment
-- leaves out; each inline is a function of the kernel, but for those that are the model's own.

local function read(path)
	local file <close> = assert(io.open(path))
	return file:read("a")
end

local model = read("base-kernel/model/ipc.pml")
local failures = 0

local function complain(format, ...)
	failures = failures + 1
	print("base-kernel/model/ipc.pml: " .. format:format(...))
end

local function names(text)
	local found = {}
	for name in text:gsub("/%*.-%*/", ""):gmatch("[%u][%u%d_]+") do
		found[name] = true
	end
	return found
end

local function compare(enum, path, left_out)
	local c = names(assert(read(path):match("enum " .. enum .. " {(.-)}"), path .. ": no enum " .. enum))
	local mine = names(assert(model:match("mtype:" .. enum .. " = {(.-)}"), "no mtype " .. enum))
	local without = names(left_out and model:match(left_out .. ":([^*]*)%*/") or "")
	for name in pairs(c) do
		if not mine[name] and not without[name] then
			complain("enum %s has %s, the model neither has it nor leaves it out", enum, name)
		end
	end
	for name in pairs(mine) do
		if not c[name] then
			complain("enum %s has no %s", enum, name)
		end
	end
	for name in pairs(without) do
		if not c[name] or mine[name] then
			complain("%s is not to be left out", name)
		end
	end
end

compare("call_state", "base-kernel/object/call.h")
compare("thread_state", "base-kernel/object/thread.h", "object/thread.h; left out")

-- What stands for nothing of the kernel's: helpers, and what the processes choose.
local own = { begin = true }
for name in model:match("The model's own: (.-)%."):gmatch("[%l_]+") do
	own[name] = true
end

local list <close> = assert(io.popen("cat base-kernel/object/*.[ch] base-kernel/sched/*.[ch] base-kernel/syscall/*.[ch]"))
local code = list:read("a")
for name in model:gmatch("inline ([%l_]+)%(") do
	if not own[name] and not code:find("%f[%w_]" .. name .. "%(") then
		complain("the kernel has no function %s", name)
	elseif own[name] and code:find("%f[%w_]" .. name .. "%([^;\n]*%)\n{") then
		complain("%s is a function of the kernel's, too", name)
	end
	own[name] = nil
end

os.exit(failures == 0)
