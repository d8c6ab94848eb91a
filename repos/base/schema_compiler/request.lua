-- SPDX-License-Identifier: MIT
-- The CodeGeneratorRequest that `capnp compile -o-` writes, as Lua tables.
--
-- The offsets are those of Cap'n Proto's own schema.capnp.

local wire = require "wire"

local request = {}

local kinds = {
	[0] = "void", "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
	"float32", "float64", "text", "data", "list", "enum", "struct", "interface", "any_pointer",
}

local value_formats = {
	int8 = { "<i1", 2 }, int16 = { "<i2", 2 }, int32 = { "<i4", 4 }, int64 = { "<i8", 8 },
	uint8 = { "<I1", 2 }, uint16 = { "<I2", 2 }, uint32 = { "<I4", 4 }, uint64 = { "<i8", 8 },
	float32 = { "<I4", 4 }, float64 = { "<i8", 8 }, enum = { "<I2", 2 },
}

local function read_type(from)
	local kind = kinds[from:number("<I2", 0)]
	if kind == "list" then
		return { kind = kind, element = read_type(from:struct(0)) }
	elseif kind == "enum" or kind == "struct" or kind == "interface" then
		return { kind = kind, id = from:number("<i8", 8), generic = from:has(0) }
	end
	return { kind = kind }
end

-- Numbers as their bits, text and data as strings, what else has a pointer as true.
local function read_value(from)
	local kind = kinds[from:number("<I2", 0)]
	local format = value_formats[kind]
	if format then
		return from:number(format[1], format[2])
	elseif kind == "bool" then
		return from:bit(16)
	elseif kind == "text" then
		return from:has(0) and from:text(0) or nil
	elseif kind == "data" then
		return from:has(0) and from:blob(0) or nil
	end
	return from:has(0) or nil
end

local function read_annotations(list)
	local annotations = {}
	for _, annotation in ipairs(list) do
		annotations[annotation:number("<i8", 0)] = true
	end
	return annotations
end

local function read_field(from)
	local field = {
		name = from:text(0),
		code_order = from:number("<I2", 0),
		annotations = read_annotations(from:list(1)),
		discriminant = from:number("<I2", 2) ~ 0xffff,
	}
	if field.discriminant == 0xffff then
		field.discriminant = nil
	end
	if from:number("<I2", 8) == 1 then
		field.group = from:number("<i8", 16)
		return field
	end
	field.offset = from:number("<I4", 4)
	field.type = read_type(from:struct(2))
	field.default = read_value(from:struct(3))
	field.has_default = from:bit(128)
	return field
end

local function read_list(list, read)
	local items = {}
	for i, item in ipairs(list) do
		items[i] = read(item)
	end
	return items
end

local readers = {}

function readers.file() end

function readers.struct(from, node)
	node.data_words = from:number("<I2", 14)
	node.pointer_count = from:number("<I2", 24)
	node.is_group = from:bit(224)
	node.discriminant_count = from:number("<I2", 30)
	node.discriminant_offset = from:number("<I4", 32)
	node.fields = read_list(from:list(3), read_field)
end

function readers.enum(from, node)
	node.enumerants = read_list(from:list(3), function(enumerant)
		return { name = enumerant:text(0) }
	end)
end

function readers.interface(from, node)
	node.methods = read_list(from:list(3), function(method)
		return {
			name = method:text(0),
			params = method:number("<i8", 8),
			results = method:number("<i8", 16),
			generic = #method:list(4) > 0,
		}
	end)
	node.superclasses = read_list(from:list(4), function(superclass)
		return superclass:number("<i8", 0)
	end)
end

function readers.const(from, node)
	node.type = read_type(from:struct(3))
	node.value = read_value(from:struct(4))
end

function readers.annotation() end

local node_kinds = { [0] = "file", "struct", "enum", "interface", "const", "annotation" }

local function read_node(from)
	local display_name = from:text(0)
	local node = {
		id = from:number("<i8", 0),
		kind = node_kinds[from:number("<I2", 12)],
		display_name = display_name,
		name = display_name:sub(from:number("<I4", 8) + 1),
		scope = from:number("<i8", 16),
		generic = from:bit(288),
		annotations = read_annotations(from:list(2)),
		nested = read_list(from:list(1), function(nested)
			return nested:number("<i8", 0)
		end),
	}
	readers[node.kind](from, node)
	return node
end

-- Answers { nodes = { [id] = node }, files = { { id, name, imports = { { id, name } } } } }.
function request.read(stream)
	local root = wire.root(stream)
	local nodes = {}
	for _, from in ipairs(root:list(0)) do
		local node = read_node(from)
		nodes[node.id] = node
	end
	local files = read_list(root:list(1), function(file)
		return {
			id = file:number("<i8", 0),
			name = file:text(0),
			imports = read_list(file:list(1), function(import)
				return { id = import:number("<i8", 0), name = import:text(0) }
			end),
		}
	end)
	return { nodes = nodes, files = files }
end

return request
