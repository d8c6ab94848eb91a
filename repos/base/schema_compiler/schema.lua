-- SPDX-License-Identifier: MIT
-- schema.c: a compact binary description of a file's structs, for the codec.
--
-- All numbers are little endian, all references are byte offsets from the
-- start or indices into its tables, so it can be read wherever it lies:
--
--   header   magic, size, struct count, struct table, enum count, enum table   (u32 each)
--   struct   u32 name; u16 data words, pointers, fields, union members;
--            u32 offset of which (in 16 bits), fields; u16 parent (of a group), 0
--   field    u32 name, Lua name; u16 discriminant; u8 kind, kind of elements;
--            u32 offset; u16 index of the struct or enum, flags (1: size); u32 size of the
--            default text or data; u64 default: bits of a number, or where text or data starts
--   enum     u32 name; u16 count, 0; u32 enumerants: pairs of u32 name, Lua name
--   string   u8 length, bytes, NUL
--
-- A group is a struct of its own which has a parent; it comes after it, and
-- the groups of one struct come in the order of its fields.

local writer = require "writer"
local name = require "name"

local MAGIC = "capS"
local NONE = 0xffff

local kind_numbers = {
	void = 0, bool = 1, int8 = 2, int16 = 3, int32 = 4, int64 = 5, uint8 = 6, uint16 = 7,
	uint32 = 8, uint64 = 9, float32 = 10, float64 = 11, text = 12, data = 13, list = 14,
	enum = 15, struct = 16, interface = 17, group = 19,
}

-- The structs and enums of a file and all they lead to, numbered from 0.
local function collect(file)
	local context = file.context
	local found = { structs = {}, enums = {}, index = {}, parent = {} }
	local add_struct

	local function add_type(type)
		if type.kind == "list" then
			add_type(type.element)
		elseif type.kind == "struct" then
			add_struct(context:struct(context.nodes[type.id]))
		elseif type.kind == "enum" and not found.index[type.id] then
			local node = context.nodes[type.id]
			found.index[type.id] = #found.enums
			table.insert(found.enums, node)
		end
	end

	function add_struct(struct, parent)
		local id = struct.node.id
		if found.index[id] then
			return
		end
		found.index[id] = #found.structs
		found.parent[id] = parent
		table.insert(found.structs, struct)
		for _, field in ipairs(struct.fields) do
			if field.group then
				add_struct(field.group, found.index[id])
			end
		end
		for _, field in ipairs(struct.fields) do
			if field.type then
				add_type(field.type)
			end
		end
	end

	for _, struct in ipairs(file.structs) do
		add_struct(struct)
	end
	return found
end

local image = {}
image.__index = image

local function align(self, alignment)
	local pad = -self.size % alignment
	if pad > 0 then
		self:add(("\0"):rep(pad))
	end
end

function image:add(bytes, comment)
	local at = self.size
	self.parts[#self.parts + 1] = { bytes = bytes, comment = comment }
	self.size = at + #bytes
	return at
end

function image:string(text)
	if not self.strings[text] then
		self.strings[text] = self:add(string.pack("<s1B", text, 0), text)
	end
	return self.strings[text]
end

local function field_record(self, found, field)
	local type = field.type or { kind = "group" }
	local element = type.element or { kind = "void" }
	local id = field.group and field.group.node.id or type.id or element.id
	local otherwise, text_size = 0, 0
	if field.kind == "bool" then
		otherwise = field.default and 1 or 0
	elseif (field.kind == "text" or field.kind == "data") and field.default then
		otherwise, text_size = self:add(field.default .. "\0", "default"), #field.default
	elseif math.type(field.default) == "integer" then
		otherwise = field.bits == 64 and field.default or field.default & (1 << field.bits) - 1
	end
	local full = self:string(field.name)
	return string.pack("<I4 I4 I2 B B I4 I2 I2 I4 i8", full, self:string(name.snake(field.name)),
		field.discriminant or NONE, kind_numbers[field.kind], kind_numbers[element.kind],
		field.offset or 0, id and found.index[id] or NONE, field.size_annotation and 1 or 0, text_size,
		otherwise)
end

local function struct_record(self, found, struct, path)
	local records = {}
	for i, field in ipairs(struct.fields) do
		records[i] = field_record(self, found, field)
	end
	local title = self:string(path)
	align(self, 8)
	local fields = self.size
	for i, record in ipairs(records) do
		self:add(record, path .. "." .. struct.fields[i].name)
	end
	local which = struct.which
	return string.pack("<I4 I2 I2 I2 I2 I4 I4 I2 I2", title, struct.data_words, struct.pointer_count,
		#struct.fields, which and #which.members or 0, which and which.offset or 0, fields,
		found.parent[struct.node.id] or NONE, 0)
end

local function enum_record(self, node, path)
	local pairs_of_names = {}
	for i, enumerant in ipairs(node.enumerants) do
		local full = self:string(enumerant.name)
		pairs_of_names[i] = string.pack("<I4 I4", full, self:string(name.snake(enumerant.name)))
	end
	local title = self:string(path)
	align(self, 8)
	local names = self:add(table.concat(pairs_of_names), path)
	return string.pack("<I4 I2 I2 I4", title, #node.enumerants, 0, names)
end

local HEADER_SIZE = 24

local function build(file)
	local context, found = file.context, collect(file)
	local self = setmetatable({ parts = {}, size = HEADER_SIZE, strings = {} }, image)
	local structs, enums = {}, {}
	for i, struct in ipairs(found.structs) do
		structs[i] = struct_record(self, found, struct, table.concat(context:path(struct.node), "."))
	end
	for i, node in ipairs(found.enums) do
		enums[i] = enum_record(self, node, table.concat(context:path(node), "."))
	end
	align(self, 8)
	local struct_table = self:add(table.concat(structs), "structs")
	local enum_table = self:add(table.concat(enums), "enums")
	align(self, 8)
	local header = MAGIC .. string.pack("<I4 I4 I4 I4 I4", self.size, #structs, struct_table,
		#enums, enum_table)
	table.insert(self.parts, 1, { bytes = header, comment = "header" })
	return self
end

local function put_bytes(out, part)
	if part.comment then
		out:put("\t/* " .. part.comment:gsub("%*/", "* /") .. " */")
	end
	for i = 1, #part.bytes, 16 do
		local line = part.bytes:sub(i, i + 15):gsub(".", function(character)
			return string.format("%d, ", character:byte())
		end)
		out:put("\t" .. line:sub(1, -2))
	end
end

return function(file, options)
	local out = writer.new(file, "Descriptor")
	local symbol = file.name .. "_schema"
	local self = build(file)
	out:put("#include <" .. file.name .. "/schema.h>\n")
	out:put("const size_t " .. symbol .. "_size = " .. self.size .. ";\n")
	if options.section then
		out:put('__attribute__((section(".capos.schema"), used, retain))')
	end
	out:put("_Alignas(8) const unsigned char " .. symbol .. "[" .. self.size .. "] = {")
	for _, part in ipairs(self.parts) do
		put_bytes(out, part)
	end
	out:put("};")
	return out:text()
end
