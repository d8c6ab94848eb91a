-- SPDX-License-Identifier: MIT
-- `capos new`: what it writes builds, and passes its own scenario, in a tree that is like this one.
--
--     lua5.4 new_test.lua BUILD FOLDER     (FOLDER is made anew)

package.path = "tests/runs/tool/?.lua"
local unit = require "unit"
local equal, test = unit.equal, unit.test

local build, folder = arg[1], arg[2]

local function shell(form, ...)
	local pipe = assert(io.popen(("{ %s; } 2>&1"):format(form:format(...))))
	local output = pipe:read("a")
	local _, _, status = pipe:close()
	return status, output
end

local function in_tree(form, ...)
	return shell("cd " .. folder .. " && " .. form, ...)
end

local function says(output, text)
	if not output:find(text, 1, true) then
		error(("does not say '%s':\n%s"):format(text, output), 2)
	end
end

-- Sources are links, but for the folders that are written to; of the build, what is needed to go on.
equal(shell([[rm -rf %s && mkdir -p %s/repos %s/build && cp -a runs %s/ && cp -a repos/demo %s/repos/ &&
	for each in *; do [ -e %s/$each ] || ln -s $PWD/$each %s/$each; done;
	for each in repos/*; do [ -e %s/$each ] || ln -s $PWD/$each %s/$each; done]], folder, folder, folder,
	folder, folder, folder, folder, folder, folder), 0)
equal(shell("cd %s && cp -a kernel kernel.elf guest interface components host %s/build/", build, folder), 0)

local made = {}

local function make_new(kind, name, more)
	local status, output = in_tree("build/host/capos new %s %s %s", kind, name, more or "")
	equal(status, 0)
	says(output, "make run RUN=" .. name)
	made[#made + 1] = name
end

test("of each kind one is made", function()
	make_new("component", "till")
	make_new("server", "price_list")
	make_new("driver", "wall_clock", "--repository shop")
	make_new("run", "good_day")
end)

test("they build, and do what their scenarios say", function()
	local status, output = in_tree("make BUILD=build build/components/till build/components/price_list \\\n"
		.. "build/components/price_list_client build/components/wall_clock")
	equal(status == 0 and "" or output, "")
	for _, name in ipairs(made) do
		status, output = in_tree("build/host/capos run runs/%s.lua --build build --quiet", name)
		equal(output, "")
		equal(status, 0)
	end
end)

test("nothing is left of the one they were made of", function()
	equal(in_tree([[grep -r -i -l -e counter -e 'second.hand' repos/demo/*/price_list* \
		repos/shop runs/price_list.lua runs/wall_clock.lua]]), 1)
	says(select(2, in_tree("cat repos/demo/interface/price_list_session.capnp")), "interface PriceList @0xc0a5c0a53")
end)

test("nothing is overwritten, and bad names are refused before anything is written", function()
	local status, output = in_tree("build/host/capos new server price_list")
	equal(status, 2)
	says(output, "is there already")
	for _, name in ipairs { "Upper", "1st", "a-b", "../x", "a__b", "int", "core", "end_" } do
		equal(in_tree("build/host/capos new component '%s'", name), 2)
	end
	equal(in_tree("build/host/capos new component fine --repository ../escape"), 2)
	equal(in_tree("build/host/capos new planet fine"), 2)
	equal(in_tree("ls repos/demo/app/fine"), 2)
end)

unit.finish()
