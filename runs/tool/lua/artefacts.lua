-- SPDX-License-Identifier: MIT
-- Artefacts: what a run leaves in its directory for whoever wants to know more.
--
--     boot.archive      what was booted       console.log   the whole console
--     qemu.sh           how to repeat it      events.log    the event channel
--     qemu.log          what QEMU said        log/NAME.log  one per component
--     result            verdict and times     output.txt    the run's own report (capos test)
--     index.html        all of it, to be read in a browser
--     state, state.NAME what inits have reported (--state, or the word `report`)
--     NAME.png          what was on the screen (the word `screenshot`)
--     counted.txt       what was executed (--count=…; counter.lua)

local files = require "files"
local label = require "label"

local artefacts = {}
artefacts.__index = artefacts

local LOGS_MAX = 200 -- further components are in console.log only

local function create(path)
	return assert(io.open(path, "w"))
end

local function screens_in(directory)
	local names = {}
	for _, name in ipairs(files.list(directory)) do
		names[#names + 1] = name:match("^.+%.png$")
	end
	return names
end

function artefacts.open(directory)
	assert(files.make_directory(directory .. "/log"))
	for _, name in ipairs(files.list(directory .. "/log")) do
		os.remove(directory .. "/log/" .. name)
	end
	for _, name in ipairs(screens_in(directory)) do
		os.remove(directory .. "/" .. name)
	end
	return setmetatable({
		directory = directory,
		console = create(directory .. "/console.log"),
		events = create(directory .. "/events.log"),
		logs = {},
		log_count = 0,
	}, artefacts)
end

function artefacts:screens()
	return screens_in(self.directory)
end

function artefacts:path(name)
	return self.directory .. "/" .. name
end

function artefacts:write(name, text)
	local file <close> = create(self:path(name))
	file:write(text)
end

function artefacts:add_line(line)
	self.console:write(line.text, "\n")
	local name = label.file_name(line.writer or "kernel")
	if not self.logs[name] and self.log_count < LOGS_MAX then
		self.logs[name] = create(("%s/log/%s.log"):format(self.directory, name:sub(1, 200)))
		self.log_count = self.log_count + 1
	end
	if self.logs[name] then
		self.logs[name]:write(line.text:sub(line.start), "\n")
	end
end

function artefacts:add_event(text)
	self.events:write(text, "\n")
end

function artefacts:close()
	for _, log in pairs(self.logs) do
		log:close()
	end
	self.logs = {}
	self.console:close()
	self.events:close()
end

return artefacts
