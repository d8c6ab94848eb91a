-- SPDX-License-Identifier: MIT
-- methods.h: the interfaces and their methods as tables, see <base/capnp_method.h>.

local writer = require "writer"
local view = require "view"

local function argument(file, field)
	local hash = field.kind == "interface" and field.type.id & 0xffffffff
	return ('{ "%s", %s }'):format(field.name, hash and ("0x%08xu"):format(hash) or "0")
end

-- The members that the struct's layout has, in its order.
local function put_arguments(out, file, method)
	local list = {}
	for _, field in ipairs(method.params.fields) do
		if view.has_member(field) then
			list[#list + 1] = "\t" .. argument(file, field) .. ","
		end
	end
	if #list > 0 then
		out:put("\nstatic const struct capnp_argument " .. method.c .. "_arguments[] = {")
		out:put(table.concat(list, "\n"))
		out:put("};")
	end
	return #list > 0
end

local function put_methods(out, file, interface)
	local rows = {}
	for i, method in ipairs(interface.methods) do
		local row = ('\t{ .name = "%s.%s"'):format(interface.name, method.name)
		if put_arguments(out, file, method) then
			row = row .. (", .params = &%s_layout, .arguments = %s_arguments"):format(method.params.c, method.c)
		end
		rows[i] = row .. " },"
	end
	if #rows > 0 then
		out:put("\nstatic const struct capnp_method " .. interface.c .. "_methods[] = {")
		out:put(table.concat(rows, "\n"))
		out:put("};")
	end
end

local function interface_row(interface)
	local base = interface.ancestors[1]
	local row = ('\t{ .name = "%s", .hash = %s_INTERFACE'):format(interface.name, interface.c:upper())
	if base then
		row = row .. (", .extends = %s_INTERFACE"):format(base.c:upper())
	end
	if #interface.methods > 0 then
		row = row .. (", .methods = %s_methods, .method_count = %d"):format(interface.c, #interface.methods)
	end
	return row .. " },"
end

return function(file)
	local out = writer.new(file, "Methods")
	out:put("#pragma once\n\n#include <base/capnp_method.h>\n#include <" .. file.name .. "/types.h>")
	local rows = {}
	for i, interface in ipairs(file.interfaces) do
		put_methods(out, file, interface)
		rows[i] = interface_row(interface)
	end
	out:put("\nenum { " .. file.name:upper() .. "_INTERFACE_COUNT = " .. #rows .. " };")
	if #rows > 0 then
		out:put("\nstatic const struct capnp_interface " .. file.name .. "_interfaces[] = {")
		out:put(table.concat(rows, "\n"))
		out:put("};")
	end
	return out:text()
end
