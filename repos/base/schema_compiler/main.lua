-- SPDX-License-Identifier: MIT
-- The schema compiler: capnp compile -o- FILE.capnp | lua5.4 main.lua --out FOLDER
--
--   --name NAME      what the headers are included as, if not as the file (<NAME/words.h>)
--   --section        schema.c becomes the section .capos.schema
--   --target FILE    write FOLDER/schema.d, make's dependencies of FILE
--   --import FOLDER  where to look for imports when doing so
--
-- Writes words.h types.h client.h server.h methods.h schema.c schema.h for the
-- one requested file. Nothing is written if anything is refused.

local folder = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = folder .. "/?.lua;" .. package.path

local request = require "request"
local model = require "model"
local imports = require "imports"

local emitters = {
	["words.h"] = "words", ["types.h"] = "types", ["client.h"] = "client", ["server.h"] = "server",
	["methods.h"] = "methods", ["schema.h"] = "schema_header", ["schema.c"] = "schema",
}

local function fail(format, ...)
	io.stderr:write(string.format(format, ...), "\n")
	os.exit(1)
end

local function options_of(arguments)
	local options, i = { import = {} }, 1
	while i <= #arguments do
		local key = arguments[i]:match("^%-%-(%a+)$")
		if key == "section" then
			options.section = true
		elseif key == "import" then
			table.insert(options.import, arguments[i + 1])
		elseif key == "out" or key == "name" or key == "target" then
			options[key] = arguments[i + 1]
		else
			fail("schema compiler: unknown option %s", arguments[i])
		end
		i = i + (key == "section" and 1 or 2)
	end
	return options
end

local function write(path, text)
	local output, message = io.open(path, "w")
	if not output then
		fail("%s", message)
	end
	output:write(text)
	output:close()
end

-- Each file is named as a target of its own too, so that a deleted schema is no error.
local function dependencies(target, list)
	local text = target .. ": " .. table.concat(list, " ") .. "\n"
	for _, path in ipairs(list) do
		text = text .. path .. ":\n"
	end
	return text
end

local options = options_of(arg)
local asked = request.read(io.read("a"))
if #asked.files ~= 1 or not options.out then
	fail("schema compiler: one schema file and --out FOLDER are expected")
end

local file, refusals = model.build(asked, asked.files[1], options.name)
if not file then
	for _, refusal in ipairs(refusals) do
		io.stderr:write(refusal.text, "\n")
	end
	os.exit(1)
end

local texts = {}
for target, emitter in pairs(emitters) do
	texts[target] = require(emitter)(file, options)
end
if options.target then
	texts["schema.d"] = dependencies(options.target, imports.of(asked.files[1].name, options.import))
end
for target, text in pairs(texts) do
	write(options.out .. "/" .. target, text)
end
