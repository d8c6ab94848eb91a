-- SPDX-License-Identifier: MIT
-- types.h: the views of all structs, their layouts, decode and encode.

local writer = require "writer"
local view = require "view"

local kinds = {
	bool = "BOOL", int8 = "BITS8", uint8 = "BITS8", int16 = "BITS16", uint16 = "BITS16",
	int32 = "BITS32", uint32 = "BITS32", float32 = "BITS32", int64 = "BITS64",
	uint64 = "BITS64", float64 = "BITS64", enum = "ENUM", text = "TEXT", data = "DATA",
	interface = "CAP", struct = "STRUCT", void = "VOID",
}

local function kind_of(field)
	if field.kind == "group" then
		return "CAPNP_GROUP"
	elseif field.kind == "list" then
		local element = field.type.element.kind
		return "CAPNP_" .. (element == "enum" and "BITS16" or kinds[element]) .. "_LIST"
	end
	return "CAPNP_" .. kinds[field.kind]
end

local function c_bytes(text)
	return '"' .. text:gsub("[^%w _.,:;/<>()=+-]", function(character)
		return string.format("\\%03o", character:byte())
	end) .. '"'
end

local function target_of(file, field)
	if field.group then
		return field.group.c
	end
	local type = field.kind == "list" and field.type.element or field.type
	return type.kind == "struct" and file.context:c_name(file.context.nodes[type.id]) or nil
end

local function put_field(out, file, struct, field)
	local parts = {
		".kind = " .. kind_of(field),
		".discriminant = " .. (field.discriminant and view.constant(struct, field) or "CAPNP_ALWAYS"),
		".member = offsetof(struct " .. struct.c .. ", " .. field.c .. ")",
	}
	if not field.group then
		parts[#parts + 1] = ".offset = " .. field.offset
	end
	if field.kind == "bool" and field.default then
		parts[#parts + 1] = ".otherwise = 1"
	elseif field.bits and field.kind ~= "bool" and field.default ~= 0 then
		local mask = field.bits == 64 and -1 or (1 << field.bits) - 1
		parts[#parts + 1] = string.format(".otherwise = 0x%xull", field.default & mask)
	elseif (field.kind == "text" or field.kind == "data") and field.default then
		parts[#parts + 1] = ".text = " .. c_bytes(field.default)
		parts[#parts + 1] = ".text_size = " .. #field.default
	end
	local target = target_of(file, field)
	if target then
		parts[#parts + 1] = ".of = &" .. target .. "_layout"
	end
	out:put("\t{ " .. table.concat(parts, ", ") .. " },")
end

local function put_layout(out, file, struct)
	for _, field in ipairs(struct.fields) do
		if field.group and view.has_member(field) then
			put_layout(out, file, field.group)
		end
	end
	local count = 0
	out:put("")
	for _, field in ipairs(struct.fields) do
		if view.has_member(field) then
			if count == 0 then
				out:put("static const struct capnp_field " .. struct.c .. "_fields[] = {")
			end
			put_field(out, file, struct, field)
			count = count + 1
		end
	end
	if count > 0 then
		out:put("};\n")
	end
	out:put("static const struct capnp_layout " .. struct.c .. "_layout = {")
	if count > 0 then
		out:put("\t.fields = " .. struct.c .. "_fields,\n\t.field_count = " .. count .. ",")
	end
	out:put("\t.view_size = sizeof(struct " .. struct.c .. "),")
	out:put("\t.data_words = " .. struct.data_words .. ",")
	out:put("\t.pointer_count = " .. struct.pointer_count .. ",")
	if struct.which then
		out:put("\t.has_union = true,\n\t.which_offset = " .. struct.which.offset .. ",")
		out:put("\t.which_member = offsetof(struct " .. struct.c .. ", which),")
	end
	out:put("};")
end

local codec = [[

/* Reads a message in place; the view lives as long as the segment. */
MUST_USE static inline enum status $c_decode(const void *segment, uint32_t size, struct $c *out)
{
	return capnp_decode(&$c_layout, segment, size, out);
}

/* Writes a message into memory (8-aligned); ERR_INSUFFICIENT_RAM if capacity is too small. */
MUST_USE static inline enum status $c_encode(const struct $c *from, void *segment,
                                             uint32_t capacity, uint32_t *out_size)
{
	return capnp_encode(&$c_layout, from, segment, capacity, out_size);
}]]

local access = [[

static inline bool $c_present(const struct $c_ref *ref)
{
	return ref->item != NULL || ref->encoded.segment.words != NULL;
}

/* The struct behind the reference; its defaults if none is present. */
MUST_USE static inline enum status $c_read(const struct $c_ref *ref, struct $c *out)
{
	return capnp_ref_read(&$c_layout, ref, out);
}

static inline uint32_t $c_list_size(const struct $c_list *list)
{
	return list->count;
}

MUST_USE static inline enum status $c_list_get(const struct $c_list *list, uint32_t index,
                                               struct $c *out)
{
	return capnp_list_read(&$c_layout, list, index, out);
}]]

local handles = [[

/* A $c behind a pointer: set item to encode; read with $c_read. */
struct $c_ref {
	const struct $c *item;
	struct capnp_struct encoded;
};

/* A list of $c: set items and count to encode; read with $c_list_get. */
struct $c_list {
	const struct $c *items;
	uint32_t count;
	struct capnp_list encoded;
};]]

local function put_group_declarations(out, struct)
	for _, field in ipairs(struct.fields) do
		if field.group and view.has_member(field) then
			put_group_declarations(out, field.group)
		end
	end
	out:put("static const struct capnp_layout " .. struct.c .. "_layout;")
end

return function(file)
	local out = writer.new(file, "Views")
	out:put("#pragma once\n")
	out:put("#include <" .. file.name .. "/words.h>\n#include <base/capnp_layout.h>")
	for _, used in ipairs(file.uses) do
		out:put("#include <" .. used .. "/types.h>")
	end
	local structs = {}
	for _, struct in ipairs(file.structs) do
		if not (struct.implicit and struct.empty) then
			structs[#structs + 1] = struct
		end
	end
	for _, struct in ipairs(structs) do
		if not struct.implicit then
			out:put("")
			out:put("struct " .. struct.c .. ";")
			out:put(handles:sub(2), struct)
		end
	end
	for _, struct in ipairs(structs) do
		if not struct.flat then
			view.put(out, struct)
		end
	end
	out:put("")
	for _, struct in ipairs(structs) do
		put_group_declarations(out, struct)
	end
	for _, struct in ipairs(structs) do
		put_layout(out, file, struct)
		out:put(codec, struct)
		if not struct.implicit then
			out:put(access, struct)
		end
	end
	return out:text()
end
