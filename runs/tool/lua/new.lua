-- SPDX-License-Identifier: MIT
-- capos new KIND NAME: a component, server, driver or run script that builds and runs as it is, or a port to be
-- filled in.
--
-- What is written is an exemplary one of repos/demo under another name: it is always one that
-- `make test` has seen at work. Schemas get numbers of their own.

local failure = require "failure"
local files = require "files"
local new_port = require "new_port"
local options = require "options"
local rounds = require "rounds"

local specification = {
	build = { "value", "the build folder (build)" },
	repository = { "value", "the folder of repos/ it belongs to (demo)" },
}

-- name: of the exemplary one; folders and files: all that it is made of.
local kinds = {
	component = { name = "hello", folders = { "app/hello" } },
	server = {
		name = "counter",
		folders = { "server/counter", "app/counter_client" },
		files = { "interface/counter_session.capnp" },
	},
	driver = { name = "second_hand", folders = { "driver/second_hand" } },
	run = { name = "hello", folders = {}, as_it_is = true },
}

local EXEMPLARY = "repos/demo/"

local reserved = {}
for word in ([[auto bool break case char const continue default do double else enum extern float for goto
	if inline int long nullptr register restrict return short signed sizeof static struct switch true
	typedef typeof union unsigned void volatile while false thread_local asm component core init kernel]])
	:gmatch("%g+") do
	reserved[word] = true
end

local function read(path)
	local file, problem = io.open(path, "rb")
	if not file then
		failure.throw("missing", problem .. " (it is called from the top of the tree)")
	end
	local text = file:read("a")
	file:close()
	return text
end

local function write(path, text)
	assert(files.make_directory(path:match("^(.*)/")))
	local file, problem = io.open(path, "wb")
	if not file then
		failure.throw("missing", problem)
	end
	file:write(text)
	file:close()
	print("wrote " .. path)
end

-- some_name -> SomeName
local function type_name(name)
	return (name:gsub("^%l", string.upper):gsub("_(%w)", string.upper))
end

local function capital(text)
	return (text:gsub("^%l", string.upper))
end

local function renamed(text, old, new)
	local old_words, new_words = old:gsub("_", " "), new:gsub("_", " ")
	return (text:gsub(old, new):gsub(old:upper(), new:upper()):gsub(type_name(old), type_name(new))
		:gsub(old_words, new_words):gsub(capital(old_words), capital(new_words)))
end

-- The lower half of a schema's numbers follows from the new name; nobody's so far ends in 3xxxxxxx.
local function renumbered(text, name)
	return (text:gsub("@0x(%x%x%x%x%x%x%x%x)(%x%x%x%x%x%x%x%x)", function(high, low)
		return ("@0x%s3%s"):format(high, rounds.hash({ name, high, low }):sub(-7))
	end))
end

-- All files of a kind: { from, to, text }.
local function files_of(kind, name, repository)
	local sources = { "runs/" .. kind.name .. ".lua" }
	for _, path in ipairs(kind.files or {}) do
		sources[#sources + 1] = EXEMPLARY .. path
	end
	for _, folder in ipairs(kind.folders) do
		for _, file in ipairs(files.list(EXEMPLARY .. folder) or {}) do
			sources[#sources + 1] = EXEMPLARY .. folder .. "/" .. file
		end
	end
	table.sort(sources)
	local made = {}
	for i, path in ipairs(sources) do
		local text = read(path)
		text = kind.as_it_is and text or renamed(text, kind.name, name)
		if path:find("%.capnp$") then
			text = renumbered(text, name)
		end
		made[i] = {
			path = path:gsub("^" .. EXEMPLARY, "repos/" .. repository .. "/"):gsub(kind.name, name),
			text = text,
		}
	end
	return made
end

local function make(kind, name, repository)
	if not name:find("^%l[%l%d_]*$") or name:find("__") or name:find("_$") or #name > 40 then
		failure.throw("usage", ("'%s': a name has lower-case letters, digits and _, and begins with a letter")
			:format(name))
	elseif reserved[name] then
		failure.throw("usage", ("'%s' has a meaning already"):format(name))
	elseif not repository:find("^%l[%l%d_]*$") then
		failure.throw("usage", ("'%s' is no name of a repository"):format(repository))
	end
	local made = files_of(kind, name, repository)
	for _, file in ipairs(made) do
		if files.size(file.path) then
			failure.throw("usage", file.path .. " is there already")
		end
	end
	for _, file in ipairs(made) do
		write(file.path, file.text)
	end
	print(("see it at work: make run RUN=%s"):format(name))
end

return options.guarded("new", function(arguments)
	local found, rest = options.parse("new", "component|server|driver|run|port NAME", specification,
		arguments)
	if not found then
		return 0
	elseif #rest == 2 and rest[1] == "port" then
		new_port(rest[2], found.build or "build", write)
	elseif #rest == 2 and kinds[rest[1]] then
		make(kinds[rest[1]], rest[2], found.repository or "demo")
	else
		failure.throw("usage", "wants component, server, driver, run or port, and a name")
	end
	return 0
end)
