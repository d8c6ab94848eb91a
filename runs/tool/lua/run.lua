-- SPDX-License-Identifier: MIT
-- capos run SCRIPT…: boots scenarios, one after the other, and judges them.
--
-- The exit status is that of the first one that did not pass (failure.lua).

local counter = require "counter"
local failure = require "failure"
local options = require "options"
local qemu = require "qemu"
local session = require "session"
local words = require "words"

local specification = {
	build = { "value", "where the build is (build)" },
	count = { "value", "count what is executed: the guest's `rows`, `all`, the `kernel`'s ways, the `timeline`" },
	gdb = { "flag", "wait for gdb on port 1234 before the first instruction" },
	interactive = { "flag", "connect the console; judge when Ctrl-] ends it" },
	kvm = { "flag", "run on the processor itself, in real time, if a trial boot shows that this works" },
	loader = { "value", "qemu, grub or grub-efi (the first the script names)" },
	name = { "value", "name of the run and of its directory (that of the script)" },
	native = { "flag", "real time instead of counted instructions" },
	quiet = { "flag", "say nothing unless it fails" },
	ram = { "value", "memory of the machine, over what the script says" },
	record = { "flag", "record the run, for --replay" },
	replay = { "flag", "run again what was recorded, instruction by instruction" },
	set = { "value", "settings of the script: NAME=NUMBER, with commas between several" },
	state = { "flag", "at the end, keep what the inits report of their state" },
	["timeout-scale"] = { "number", "multiply the wall-clock limits, for a slow host (1)" },
	verbose = { "flag", "show events as well" },
}

local function settings_of(text)
	local settings = {}
	for part in (text or ""):gmatch "[^,]+" do
		local name, number = part:match "^(%l[%w_]*)=(.+)$"
		local value = math.tointeger(tonumber(number))
		if not value then
			failure.throw("usage", ("--set wants NAME=NUMBER, not '%s'"):format(part))
		end
		settings[name] = value
	end
	return settings
end

-- Answers nil or the failure.
local function attempt(current, path)
	local ok, problem = xpcall(function()
		words.run(current, path)
		current:finish()
	end, function(cause)
		return failure.caught(cause) and cause or debug.traceback(tostring(cause), 2)
	end)
	if ok then
		return nil
	elseif failure.caught(problem) then
		return problem
	end
	current:close(failure.new("script", "the tool itself failed: " .. problem))
	error(problem, 0)
end

local function run_one(path, found)
	local name = path:match("([^/]+)%.lua$") or path:match("([^/]+)$") or path
	local loader = found.loader or (found.record or found.replay) and "qemu" or words.inspect(path).loaders[1] or "qemu"
	local variant = loader == "qemu" and "" or "." .. loader
	local settings = {
		build = found.build or "build",
		count = found.count,
		gdb = found.gdb,
		interactive = found.interactive,
		loader = loader,
		name = found.name or name .. variant,
		kvm = found.kvm,
		native = found.native or found.kvm,
		quiet = found.quiet,
		ram = found.ram,
		replay = found.record and "record" or found.replay and "replay" or nil,
		set = settings_of(found.set),
		state = found.state,
		timeout_scale = found["timeout-scale"] or 1,
		verbose = found.verbose,
	}
	local current = session.new(path, settings)
	local problem = attempt(current, path)
	current:close(problem)
	if settings.replay == "replay" and current.machine then
		problem = current:compare_replay() or problem
	end
	if not problem then
		current.view:accounts(current.current_judge.accounts)
		current.view:pass(settings.name, current:seconds())
		return 0
	elseif problem.kind == "skip" then
		current.view:skip(settings.name, problem.message)
	else
		current.view:fail(settings.name, problem, current.current_step,
			current.artefacts and current.directory)
	end
	return failure.status[problem.kind]
end

return options.guarded("run", function(arguments)
	local found, scripts = options.parse("run", "SCRIPT…", specification, arguments)
	if not found then
		return 0
	elseif #scripts == 0 then
		failure.throw("usage", "wants a script; `capos run --help` lists the options")
	end
	if found.loader and not qemu.loaders[found.loader] then
		failure.throw("usage", ("no loader '%s' (qemu, grub or grub-efi)"):format(found.loader))
	end
	if found.count and not counter.modes[found.count] then
		failure.throw("usage", ("nothing like '%s' can be counted (rows, all, kernel or timeline)"):format(found.count))
	end
	if (found.record or found.replay) and (found.native or found.kvm or found.count or found.record and found.gdb
		or found.record and found.replay or found.loader and found.loader ~= "qemu") then
		failure.throw("usage", "--record and --replay stand alone (--replay with --gdb): instructions are counted, by QEMU's loader")
	end
	io.stdout:setvbuf("line") -- whoever reads a pipe reads along
	local first_status = 0
	for _, path in ipairs(scripts) do
		local status = run_one(path, found)
		if first_status == 0 then
			first_status = status
		end
		if status == failure.status.interrupt then
			return status
		end
	end
	return first_status
end)
