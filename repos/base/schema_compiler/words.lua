-- SPDX-License-Identifier: MIT
-- words.h: enums, constants, method numbers and all structs that travel in registers.

local writer = require "writer"
local view = require "view"
local pack = require "pack"

local function put_enum(out, enum)
	out:put("")
	out:comment(enum.comment)
	out:put("enum " .. enum.c .. " {")
	for i, enumerant in ipairs(enum.enumerants) do
		out:comment(enumerant.comment, 1)
		out:put("\t" .. enumerant.c .. " = " .. i - 1 .. ",")
	end
	out:put("};")
	out:put("")
	out:put("enum { " .. enum.c:upper() .. "_COUNT = " .. #enum.enumerants .. " };")
end

local function number(kind, bits)
	if kind == "bool" then
		return bits and "1" or "0"
	elseif kind == "uint64" then
		return string.format("0x%xull", bits)
	elseif kind == "int64" and bits == math.mininteger then
		return "(-9223372036854775807ll - 1)"
	elseif kind == "int64" then
		return bits .. "ll"
	elseif kind == "int32" and bits == -2147483648 then
		return "(-2147483647 - 1)"
	elseif kind == "uint32" then
		return bits .. "u"
	end
	return tostring(bits)
end

local function c_string(text)
	return '"' .. text:gsub('[%c"\\\x80-\xff?]', function(character)
		return string.format("\\%03o", character:byte())
	end) .. '"'
end

local function put_const(out, const)
	out:put("")
	out:comment(const.comment)
	if const.kind == "text" then
		out:put("static const char " .. const.c .. "[] = " .. c_string(const.value or "") .. ";")
	elseif const.kind == "float32" then
		local value = string.unpack("<f", string.pack("<I4", const.value))
		out:put(string.format("static const float %s = %af;", const.c, value))
	elseif const.kind == "float64" then
		local value = string.unpack("<d", string.pack("<i8", const.value))
		out:put(string.format("static const double %s = %a;", const.c, value))
	else
		out:put("enum { " .. const.c .. " = " .. number(const.kind, const.value) .. " };")
	end
end

local function put_interface(out, interface)
	local upper = interface.c:upper()
	out:put("")
	out:comment(interface.comment)
	out:put(string.format("enum { %s_INTERFACE = 0x%08xu };", upper, interface.hash))
	if #interface.methods > 0 then
		out:put("")
		out:put("enum {")
		for _, method in ipairs(interface.methods) do
			out:comment(method.comment, 1)
			out:put("\t" .. method.c:upper() .. " = " .. method.number .. ",")
		end
		out:put("};")
	end
	local hashes = {}
	for i, ancestor in ipairs(interface.ancestors) do
		hashes[i] = ancestor.c:upper() .. "_INTERFACE"
	end
	out:put("")
	out:put("/* The interfaces it extends, nearest first: an initialiser. */")
	local list = hashes[1] and table.concat(hashes, ", ") or "0"
	out:put("#define " .. upper .. "_ANCESTORS { " .. list .. " }")
	out:put("enum { " .. upper .. "_ANCESTOR_COUNT = " .. #hashes .. " };")
end

local function put_flat(out, struct)
	view.put(out, struct)
	out:put("")
	out:put(string.format("enum { %s_WORDS = %d, %s_CAPS = %d };", struct.c:upper(), struct.data_words,
		struct.c:upper(), struct.pointer_count))
	out:put("")
	pack.put_pack(out, struct)
	out:put("")
	pack.put_unpack(out, struct)
end

return function(file)
	local out = writer.new(file, "Register form")
	out:put("#pragma once\n")
	out:put("#include <abi/cap.h>\n#include <abi/status.h>")
	out:put("#include <stdbool.h>\n#include <stdint.h>")
	for _, used in ipairs(file.uses) do
		out:put("#include <" .. used .. "/words.h>")
	end
	for _, const in ipairs(file.consts) do
		put_const(out, const)
	end
	for _, enum in ipairs(file.enums) do
		put_enum(out, enum)
	end
	for _, struct in ipairs(file.structs) do
		if struct.flat and not (struct.implicit and struct.empty) then
			put_flat(out, struct)
		end
	end
	for _, interface in ipairs(file.interfaces) do
		put_interface(out, interface)
	end
	return out:text()
end
