-- SPDX-License-Identifier: MIT
-- What the emitters write down: one schema file's declarations, named and checked.
--
-- Everything that capOS refuses of Cap'n Proto is refused here, with file and
-- line, all refusals of a file at once. A struct is *flat* if it travels in
-- registers: at most 8 words of data and no pointers but at most 8 capabilities.

local name = require "name"
local scope = require "scope"

local model = {}

local WORDS_MAX, CAPS_MAX, ANCESTORS_MAX = 8, 8, 4

-- The annotations of capos.capnp.
local ANNOTATION_SIZE = 0xfbb1e2a3c4d50617

-- bits on the wire, type in C
local scalars = {
	bool = { 1, "bool" },
	int8 = { 8, "int8_t" }, int16 = { 16, "int16_t" }, int32 = { 32, "int32_t" },
	int64 = { 64, "int64_t" }, uint8 = { 8, "uint8_t" }, uint16 = { 16, "uint16_t" },
	uint32 = { 32, "uint32_t" }, uint64 = { 64, "uint64_t" },
	float32 = { 32, "float" }, float64 = { 64, "double" }, enum = { 16 },
}

local context = scope.context

local list_elements = {
	void = "void", bool = "bool", text = "text", data = "data", interface = "cap", enum = "uint16",
}

function context:list_type(node, field_name, element)
	if element.kind == "list" then
		self:refuse(node, field_name, "lists of lists are refused, use a list of structs")
	elseif element.kind == "struct" then
		if element.generic then
			self:refuse(node, field_name, "generics are refused")
		end
		local target = self.nodes[element.id]
		self:use(target)
		return "struct " .. self:c_name(target) .. "_list"
	end
	if element.kind == "enum" then
		self:use(self.nodes[element.id])
	end
	return "struct capnp_" .. (list_elements[element.kind] or element.kind) .. "_list"
end

local pointer_types = {
	text = "struct capnp_text", data = "struct capnp_data", interface = "cap_t",
}

-- The C type of a field; refuses what has none.
function context:field_type(node, field)
	local kind, field_name = field.type.kind, field.name
	if kind == "any_pointer" then
		if not node.generic then
			self:refuse(node, field_name, "AnyPointer is refused")
		end
	elseif field.type.generic then
		self:refuse(node, field_name, "generics are refused")
	end
	if scalars[kind] then
		if kind == "enum" then
			local target = self.nodes[field.type.id]
			self:use(target)
			return "enum " .. self:c_name(target)
		end
		return scalars[kind][2]
	end
	if (kind == "list" or kind == "struct") and field.has_default and field.default then
		self:refuse(node, field_name, "defaults of lists and structs are refused")
	end
	if kind == "list" then
		return self:list_type(node, field_name, field.type.element)
	elseif kind == "struct" then
		local target = self.nodes[field.type.id]
		self:use(target)
		return "struct " .. self:c_name(target) .. "_ref"
	end
	return pointer_types[kind]
end

local function by_code_order(a, b)
	return a.code_order < b.code_order
end

function context:field(node, from)
	local field = {
		name = from.name,
		c = name.member(from.name),
		comment = self:comment(node, from.name),
		code_order = from.code_order,
		discriminant = from.discriminant,
	}
	if from.group then
		field.kind = "group"
		field.group = self:struct(self.nodes[from.group])
		return field
	end
	field.kind = from.type.kind
	field.type = from.type
	field.offset = from.offset
	field.default = from.default
	field.bits = scalars[field.kind] and scalars[field.kind][1]
	field.c_type = self:field_type(node, from)
	if from.annotations[ANNOTATION_SIZE] then
		field.size_annotation = true
		if field.kind ~= "uint64" then
			self:refuse(node, from.name, "$size belongs to fields of type UInt64")
		end
	end
	return field
end

local function flat_fields(struct)
	for _, field in ipairs(struct.fields) do
		if field.group then
			if not flat_fields(field.group) then
				return false
			end
		elseif not (scalars[field.kind] or field.kind == "void" or field.kind == "interface") then
			return false
		end
	end
	return true
end

-- Does a type lead to capabilities, and do some lie behind pointers?
function context:mark_caps(struct, visiting)
	visiting[struct] = true
	for _, field in ipairs(struct.fields) do
		local type = field.type
		local element = type and type.element
		local id = type and (type.id and field.kind == "struct" and type.id
			or element and element.kind == "struct" and element.id)
		local inner = field.group or id and self:struct(self.nodes[id])
		if field.kind == "interface" then
			struct.has_caps = true
		elseif element and element.kind == "interface" then
			struct.has_caps, struct.deep_caps = true, true
		elseif inner and not visiting[inner] then
			self:mark_caps(inner, visiting)
			struct.has_caps = struct.has_caps or inner.has_caps
			struct.deep_caps = struct.deep_caps or inner.deep_caps or inner.has_caps and not field.group
		end
	end
	visiting[struct] = nil
end

local function empty(struct)
	if struct.which then
		return false
	end
	for _, field in ipairs(struct.fields) do
		if field.kind ~= "void" and not (field.group and empty(field.group)) then
			return false
		end
	end
	return true
end

-- A struct or group with its fields in the order of the source.
function context:struct(node)
	if self.structs[node.id] then
		return self.structs[node.id]
	end
	if node.generic and not self.owner[node.id] then
		self:refuse(node, nil, "generics are refused")
	end
	local struct = {
		node = node,
		c = self:c_name(node),
		comment = not self.owner[node.id] and self:comment(node) or nil,
		is_group = node.is_group,
		implicit = self.owner[node.id] ~= nil,
		data_words = node.data_words,
		pointer_count = node.pointer_count,
		fields = {},
	}
	self.structs[node.id] = struct
	if node.discriminant_count > 0 then
		struct.which = { offset = node.discriminant_offset, members = {} }
	end
	local members = {}
	for i, from in ipairs(node.fields) do
		local field = self:field(node, from)
		struct.fields[i] = field
		if members[field.c] then
			self:refuse(node, from.name, "the C name '" .. field.c .. "' is taken by " .. members[field.c])
		end
		members[field.c] = from.name
		if field.discriminant then
			struct.which.members[field.discriminant + 1] = field
		end
	end
	table.sort(struct.fields, by_code_order)
	struct.empty = empty(struct)
	struct.flat = not node.is_group and flat_fields(struct) and struct.data_words <= WORDS_MAX
		and struct.pointer_count <= CAPS_MAX
	return struct
end

function context:add_struct(node)
	local struct = self:struct(node)
	if self.added[node.id] then
		return struct
	end
	self.added[node.id] = true
	local list = self.file.structs
	list[#list + 1] = struct
	self:claim_struct(struct)
	return struct
end

function context:claim_struct(struct)
	self:claim(struct.node, nil, struct.c)
	if struct.which then
		for _, field in ipairs(struct.which.members) do
			self:claim(struct.node, field.name, struct.c:upper() .. "_" .. name.upper(field.name))
		end
	end
	for _, field in ipairs(struct.fields) do
		if field.group then
			self:claim_struct(field.group)
		end
	end
end

function context:add_enum(node)
	local enum = {
		node = node,
		c = self:c_name(node),
		comment = self:comment(node),
		enumerants = {},
	}
	self:claim(node, nil, enum.c)
	for i, enumerant in ipairs(node.enumerants) do
		enum.enumerants[i] = {
			c = enum.c:upper() .. "_" .. name.upper(enumerant.name),
			comment = self:comment(node, enumerant.name),
		}
		self:claim(node, enumerant.name, enum.enumerants[i].c)
	end
	self:claim(node, nil, enum.c:upper() .. "_COUNT")
	self.file.enums[#self.file.enums + 1] = enum
end

function context:add_const(node)
	local kind = node.type.kind
	if not (scalars[kind] or kind == "text") then
		self:refuse(node, nil, "constants of this type are refused")
		return
	end
	local const = {
		c = self:c_name(node):upper(),
		comment = self:comment(node),
		kind = kind,
		value = node.value,
	}
	if kind == "enum" then
		self:use(self.nodes[node.type.id])
		const.enum = "enum " .. self:c_name(self.nodes[node.type.id])
	end
	self:claim(node, nil, const.c)
	self.file.consts[#self.file.consts + 1] = const
end

-- The ancestors of an interface, nearest first.
function context:ancestors(node)
	local ancestors = {}
	local at = node
	while at.superclasses[1] do
		if #at.superclasses > 1 then
			self:refuse(node, nil, "more than one superclass is refused")
			break
		end
		at = self.nodes[at.superclasses[1]]
		ancestors[#ancestors + 1] = {
			c = self:c_name(at),
			file = self:file_name(at),
			hash = at.id & 0xffffffff,
		}
	end
	if #ancestors > ANCESTORS_MAX then
		self:refuse(node, nil, "more than " .. ANCESTORS_MAX .. " ancestors are refused")
	end
	return ancestors
end

function context:side(node)
	if self.owner[node.id] then
		return self:add_struct(node)
	end
	self:use(node)
	return self:struct(node)
end

function context:add_interface(node)
	if node.generic then
		self:refuse(node, nil, "generics are refused")
	end
	local interface = {
		c = self:c_name(node),
		name = table.concat(self:path(node), "."),
		comment = self:comment(node),
		hash = node.id & 0xffffffff,
		ancestors = self:ancestors(node),
		methods = {},
		order = #self.file.interfaces,
	}
	interface.base = interface.ancestors[1] and name.member(interface.ancestors[1].c)
	self:claim(node, nil, interface.c)
	if interface.hash == 0 or self.hashes[interface.hash] then
		self:refuse(node, nil, "the low 32 bits of its id are not unique, choose another")
	end
	self.hashes[interface.hash] = true
	if interface.ancestors[1] then
		self:use(self.nodes[node.superclasses[1]])
	end
	for i, from in ipairs(node.methods) do
		if from.generic then
			self:refuse(node, from.name, "generics are refused")
		end
		local method = {
			name = from.name,
			number = i - 1,
			c = interface.c .. "_" .. name.snake(from.name),
			member = name.member(from.name),
			comment = self:comment(node, from.name),
			params = self:side(self.nodes[from.params]),
			results = self:side(self.nodes[from.results]),
		}
		self:mark_caps(method.params, {})
		self:mark_caps(method.results, {})
		self:claim(node, from.name, method.c)
		self:claim(node, from.name, method.c:upper())
		interface.methods[i] = method
	end
	self.file.interfaces[#self.file.interfaces + 1] = interface
end

local adders = {
	struct = context.add_struct,
	enum = context.add_enum,
	const = context.add_const,
	interface = context.add_interface,
	annotation = function() end,
}

function context:add_nested(node)
	for _, id in ipairs(node.nested) do
		local nested = self.nodes[id]
		adders[nested.kind](self, nested)
		self:add_nested(nested)
	end
end

-- A table of handlers contains its ancestor's, which must stand before it.
local function by_depth(a, b)
	if #a.ancestors ~= #b.ancestors then
		return #a.ancestors < #b.ancestors
	end
	return a.order < b.order
end

-- Answers the model of one requested file, or nil and the refusals.
function model.build(request, requested, called)
	local root = request.nodes[requested.id]
	local self = scope.open(request, requested)
	self.hashes, self.structs, self.added = {}, {}, {}
	self.file = {
		name = called or root.display_name:match("([^/]+)%.capnp$"),
		source = root.display_name,
		uses = {}, structs = {}, enums = {}, consts = {}, interfaces = {},
	}
	self.file.context = self
	self:add_nested(root)
	table.sort(self.file.interfaces, by_depth)
	if #self.refusals > 0 then
		return nil, self:sorted_refusals()
	end
	local uses = {}
	for file in pairs(self.file.uses) do
		uses[#uses + 1] = file
	end
	table.sort(uses)
	self.file.uses = uses
	return self.file
end

return model
