-- SPDX-License-Identifier: MIT
-- init below init: the same component one, two and five levels down. An inner init is a component like
-- any other; it gets what its own parent gives it, and its children's labels show the whole path.

-- `levels` of init around hello; each keeps a part of its budget for itself.
local function nest(levels)
	local hello = component "hello" { ram = "256K", caps = 20, route = { service "LOG" { parent } } }
	if levels == 0 then
		return hello
	end
	return component("init_" .. levels) {
		binary = "init",
		ram = ("%dM"):format(levels + 1),
		caps = 100 * levels,
		config = policy { nest(levels - 1), default_route = { any_service { parent } } },
		route = { any_service { parent } },
	}
end

local function path(levels)
	local names = {}
	for level = levels, 1, -1 do
		names[#names + 1] = "init_" .. level
	end
	names[#names + 1] = "hello"
	return table.concat(names, " -> ")
end

boot { nest(1), nest(2), nest(5) }
never "denied"

for _, levels in ipairs { 1, 2, 5 } do
	expect(("[init -> %s] good morning"):format(path(levels)))
	exited { path(levels), code = 0 }
end
