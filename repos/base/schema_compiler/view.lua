-- SPDX-License-Identifier: MIT
-- The plain C struct of a schema struct, shared by words.h and types.h.

local name = require "name"

local view = {}

-- The constant that `which` has for a member of a union.
function view.constant(struct, field)
	return struct.c:upper() .. "_" .. name.upper(field.name)
end

local function put_which(out, struct)
	for _, field in ipairs(struct.fields) do
		if field.group then
			put_which(out, field.group)
		end
	end
	if struct.which then
		out:put("")
		out:put("enum " .. struct.c .. "_which {")
		for i, field in ipairs(struct.which.members) do
			out:put("\t" .. view.constant(struct, field) .. " = " .. i - 1 .. ",")
		end
		out:put("};")
	end
end

function view.has_member(field)
	return field.kind ~= "void" and not (field.group and field.group.empty)
end

local put_members

local function put_member(out, field, tabs)
	local indent = ("\t"):rep(tabs)
	if not view.has_member(field) then
		return
	end
	out:comment(field.comment, tabs)
	if not field.group then
		out:put(indent .. field.c_type .. " " .. field.c .. ";")
		return
	end
	out:put(indent .. "struct " .. field.group.c .. " {")
	put_members(out, field.group, tabs + 1)
	out:put(indent .. "} " .. field.c .. ";")
end

local function put_union(out, struct, tabs)
	local indent, count = ("\t"):rep(tabs), 0
	for _, field in ipairs(struct.which.members) do
		count = count + (view.has_member(field) and 1 or 0)
	end
	out:put(indent .. "enum " .. struct.c .. "_which which;")
	if count > 1 then
		out:put(indent .. "union {")
	end
	for _, field in ipairs(struct.fields) do
		if field.discriminant then
			put_member(out, field, count > 1 and tabs + 1 or tabs)
		end
	end
	if count > 1 then
		out:put(indent .. "};")
	end
end

function put_members(out, struct, tabs)
	local union_done = false
	for _, field in ipairs(struct.fields) do
		if not field.discriminant then
			put_member(out, field, tabs)
		elseif not union_done then
			put_union(out, struct, tabs)
			union_done = true
		end
	end
end

function view.put(out, struct)
	put_which(out, struct)
	out:put("")
	out:comment(struct.comment)
	out:put("struct " .. struct.c .. " {")
	put_members(out, struct, 1)
	out:put("};")
end

-- Has the struct a union, itself or in a group?
function view.has_union(struct)
	if struct.which then
		return true
	end
	for _, field in ipairs(struct.fields) do
		if field.group and view.has_union(field.group) then
			return true
		end
	end
	return false
end

return view
