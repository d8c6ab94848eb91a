-- SPDX-License-Identifier: MIT
-- Accelerator: whether KVM is of use on this machine. That it is there says nothing: it can refuse, or take
-- minutes for what takes none. So the kernel is booted with it once, without an archive: it says so, and ends.

local processes = require "processes"

local accelerator = {}

local TRIAL_SECONDS = 3
local ENDED = 37 -- the kernel's panic, by the debug-exit port

local function reason(status, output)
	local words = output:match("qemu[^\n]*: ([^\n]+)") or output:match("([^\n]+)\n?$")
	if status > 256 then
		return ("QEMU is killed by signal %d%s"):format(status - 256, words and " (" .. words .. ")" or "")
	end
	return ("QEMU ends with status %d%s"):format(status, words and " (" .. words .. ")" or "")
end

-- Answers whether it works, and what was found.
function accelerator.try_kvm(program, kernel)
	local status, output = processes.run({ program, "-accel", "kvm", "-cpu", "max", "-M", "pc", "-bios", "qboot.rom",
		"-m", "64M", "-kernel", kernel, "-nodefaults", "-display", "none", "-no-reboot",
		"-device", "isa-debug-exit,iobase=0xf4,iosize=0x04", "-serial", "stdio", "-serial", "null" },
		{ seconds = TRIAL_SECONDS })
	if status == ENDED then
		return true, "kvm: the trial boot has ended as it should"
	elseif not status or status == 256 + 9 then
		return false, ("kvm: the trial boot has not ended within %d seconds; emulated instead"):format(TRIAL_SECONDS)
	end
	return false, ("kvm: %s; emulated instead"):format(reason(status, output))
end

return accelerator
