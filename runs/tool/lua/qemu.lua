-- SPDX-License-Identifier: MIT
-- QEMU: the command line for a machine, and the ISO image for those that boot through GRUB.
--
-- The usual machine counts instructions (-icount) and takes nothing from the host's
-- clock, so that a run repeats exactly. Firmware burns instructions in waiting
-- loops, and real machines have a real clock: GRUB and --native do without.

local failure = require "failure"
local files = require "files"
local processes = require "processes"

local qemu = {}

local PROGRAM = "qemu-system-x86_64"
qemu.program = PROGRAM
local CONSOLE_FILE, EVENT_FILE, TERMINAL_FILE, MONITOR_FILE = 3, 4, 5, 6 -- machine.h

local grub_platform = { grub = "i386-pc", ["grub-efi"] = "x86_64-efi" }
local grub_modules = {
	grub = "normal multiboot2 iso9660 biosdisk",
	-- the image asks for all partition maps, and complains about each that is missing
	["grub-efi"] = "normal multiboot2 iso9660 fat all_video part_acorn part_amiga part_apple "
		.. "part_bsd part_dfly part_dvh part_gpt part_msdos part_plan part_sun part_sunpc",
}

qemu.loaders = { qemu = true, grub = true, ["grub-efi"] = true }

local function add(list, ...)
	for _, item in ipairs { ... } do
		list[#list + 1] = item
	end
end

local loader_arguments = {
	qemu = function(list, machine)
		add(list, "-M", "pc", "-bios", "qboot.rom", "-kernel", machine.kernel,
			"-initrd", machine.archive, "-append", machine.command_line)
	end,
	grub = function(list, machine)
		add(list, "-M", "pc", "-cdrom", machine.iso)
	end,
	["grub-efi"] = function(list, machine)
		add(list, "-M", "pc", "-bios", "/usr/share/ovmf/OVMF.fd", "-cdrom", machine.iso)
	end,
}

-- machine: loader, kernel, archive, iso, command_line, ram, cpus, native, kvm, gdb, counter (counter.lua), terminal,
-- extra; console, event and terminal: the character devices of the serial lines.
function qemu.arguments(machine, console, event, terminal)
	local list = { PROGRAM }
	loader_arguments[machine.loader](list, machine)
	add(list, "-nodefaults", "-vga", "none", "-display", "none", "-no-reboot",
		"-cpu", "max", "-m", machine.ram, "-accel", machine.kvm and "kvm" or "tcg,thread=single",
		"-rtc", "base=2026-01-01,clock=vm", "-seed", "42",
		"-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
		"-chardev", console .. ",id=console", "-serial", "chardev:console",
		"-chardev", event .. ",id=event", "-serial", "chardev:event")
	if machine.terminal then
		add(list, "-chardev", terminal .. ",id=terminal", "-serial", "chardev:terminal")
	end
	if machine.replay then
		add(list, "-icount", ("shift=0,rr=%s,rrfile=%s"):format(machine.replay, machine.replay_file))
	elseif machine.loader == "qemu" and not machine.native then
		add(list, "-icount", "shift=0,sleep=off")
	end
	if machine.cpus > 1 then
		add(list, "-smp", tostring(machine.cpus))
	end
	if machine.gdb then
		add(list, "-s", "-S")
	end
	if machine.counter then
		add(list, "-plugin", machine.counter)
	end
	add(list, table.unpack(machine.extra))
	return list
end

function qemu.start(machine, message_path)
	local arguments = qemu.arguments(machine, ("socket,fd=%d"):format(CONSOLE_FILE),
		("socket,fd=%d"):format(EVENT_FILE), ("socket,fd=%d"):format(TERMINAL_FILE))
	if not machine.replay then -- a monitor's commands are not recorded
		add(arguments, "-chardev", ("socket,fd=%d,id=monitor"):format(MONITOR_FILE),
			"-mon", "chardev=monitor,mode=control")
	end
	local started, problem = processes.start(arguments, message_path)
	if not started then
		failure.throw("missing", problem .. " (Debian: apt-get install qemu-system-x86)")
	end
	return started
end

local function quoted(text)
	return text:find("[^%w_./:=,+-]") and "'" .. text:gsub("'", "'\\''") .. "'" or text
end

-- The same machine for use by hand: the terminal here, where it has one, or else the console.
function qemu.script(machine)
	local console = machine.terminal and "file,path=/dev/stderr" or "stdio,signal=off"
	local list = qemu.arguments(machine, console, "file,path=/dev/stderr", "stdio,signal=off")
	for i, text in ipairs(list) do
		list[i] = quoted(text)
	end
	return "#!/bin/sh\n# Run from the top of the tree. Nobody sends `finish` here: Ctrl-C ends it.\n"
		.. "exec " .. table.concat(list, " ") .. "\n"
end

-- ---- booting through GRUB ------------------------------------------------------

local grub_configuration = [[
set timeout=0
insmod all_video
set gfxpayload=1024x768x32,auto
multiboot2 /boot/kernel.elf %s
module2 /boot/boot.archive boot.archive
boot
]]

local function copy(from, to)
	local source <close> = assert(io.open(from, "rb"))
	local target <close> = assert(io.open(to, "wb"))
	target:write(source:read("a"))
end

local function read(path)
	local file <close> = io.open(path, "rb")
	return file and file:read("a")
end

local function write(path, text)
	local file <close> = assert(io.open(path, "w"))
	file:write(text)
end

-- Makes machine.iso in `directory`, unless the one there has the same content.
function qemu.make_iso(machine, directory)
	local configuration = grub_configuration:format(machine.command_line)
	local key = table.concat({ machine.loader, files.hash(machine.kernel),
		files.hash(machine.archive), configuration }, "\n")
	machine.iso = directory .. "/boot.iso"
	if files.size(machine.iso) and read(machine.iso .. ".key") == key then
		return
	end

	local tree = directory .. "/iso"
	assert(files.make_directory(tree .. "/boot/grub"))
	copy(machine.kernel, tree .. "/boot/kernel.elf")
	copy(machine.archive, tree .. "/boot/boot.archive")
	write(tree .. "/boot/grub/grub.cfg", configuration)
	os.remove(machine.iso .. ".key")
	local status, output = processes.run { "grub-mkrescue",
		"-d", "/usr/lib/grub/" .. grub_platform[machine.loader],
		"--install-modules=" .. grub_modules[machine.loader],
		"--locales=", "--fonts=", "--themes=", "-o", machine.iso, tree }
	if status ~= 0 then
		failure.throw("missing", "grub-mkrescue: " .. (output or "not found"):gsub("%s+$", "")
			.. " (Debian: apt-get install grub-common grub-pc-bin grub-efi-amd64-bin xorriso "
			.. "mtools)")
	end
	write(machine.iso .. ".key", key)
end

return qemu
