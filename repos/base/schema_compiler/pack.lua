-- SPDX-License-Identifier: MIT
-- Between a flat struct and its register form: C expressions of shifts and masks.
--
-- The words are the struct's data section; numbers are XORed with their
-- default, so that zero means the default. Capability i is caps[i].

local view = require "view"

local pack = {}

local float_bits = {
	float32 = "((union { float number; uint32_t bits; }){ .number = %s }).bits",
	float64 = "((union { double number; uint64_t bits; }){ .number = %s }).bits",
}
local float_number = {
	float32 = "((union { uint32_t bits; float number; }){ .bits = %s }).number",
	float64 = "((union { uint64_t bits; double number; }){ .bits = %s }).number",
}

local function place(field)
	local bit = field.offset * field.bits
	return bit // 64, bit % 64
end

local function mask_of(field)
	return field.default & (field.bits == 64 and -1 or (1 << field.bits) - 1)
end

-- The number a member contributes to its word.
local function to_word(field, member)
	local _, shift = place(field)
	local text
	if field.kind == "bool" then
		text = "(uint64_t)" .. (field.default and "!" or "") .. member
	else
		local value = float_bits[field.kind] and float_bits[field.kind]:format(member) or member
		if field.bits == 64 then
			text = (field.kind == "uint64" or field.kind == "float64") and value or "(uint64_t)" .. value
		else
			local narrow = field.kind:find("^uint") or field.kind:find("^float")
			text = "(uint64_t)" .. (narrow and "" or "(uint" .. field.bits .. "_t)") .. value
		end
		local mask = mask_of(field)
		if mask ~= 0 then
			text = string.format("(%s ^ 0x%xu%s)", text, mask, field.bits == 64 and "ll" or "")
		end
	end
	return shift > 0 and text .. " << " .. shift or text
end

local function from_word(field)
	local word, shift = place(field)
	local text = "words[" .. word .. "]" .. (shift > 0 and " >> " .. shift or "")
	if field.kind == "bool" then
		return string.format("(%s & 1) %s 0", text, field.default and "==" or "!=")
	end
	local mask = mask_of(field)
	local unsigned = "uint" .. field.bits .. "_t"
	if field.bits < 64 or shift > 0 then
		text = string.format("(%s)(%s)", unsigned, text):gsub("%((words%[%d%])%)", "%1")
	end
	if mask ~= 0 then
		local suffix = field.bits == 64 and "ull" or "u"
		text = string.format("(%s)(%s ^ 0x%x%s)", unsigned, text, mask, suffix)
	end
	if float_number[field.kind] then
		return (float_number[field.kind]:format(text))
	elseif field.kind == "enum" or field.kind:find("^int") then
		return "(" .. field.c_type .. ")" .. text
	end
	return text
end

local function which_place(struct)
	local bit = struct.which.offset * 16
	return bit // 64, bit % 64
end

-- Calls visit(field, member) for each field outside unions, and visit_union(struct, member).
local function walk(struct, member, visit, visit_union)
	for _, field in ipairs(struct.fields) do
		if not field.discriminant then
			if field.group then
				walk(field.group, member .. field.c .. ".", visit, visit_union)
			elseif field.kind ~= "void" then
				visit(field, member .. field.c)
			end
		end
	end
	if struct.which then
		visit_union(struct, member)
	end
end

-- What one union member holds, as a struct to walk.
local function alone(field)
	local copy = setmetatable({ discriminant = false }, { __index = field })
	return { fields = { copy } }
end

local function put_cases(out, struct, member, tabs, put_case)
	local indent = ("\t"):rep(tabs)
	out:put(indent .. "switch (" .. member .. "which) {")
	for _, field in ipairs(struct.which.members) do
		out:put(indent .. "case " .. view.constant(struct, field) .. ":")
		put_case(alone(field))
		out:put(indent .. "\tbreak;")
	end
	out:put(indent .. "}")
end

local function put_pack_unions(out, unions, tabs)
	local indent = ("\t"):rep(tabs + 1)
	for _, union in ipairs(unions) do
		put_cases(out, union.struct, union.member, tabs, function(body)
			local inner = {}
			walk(body, union.member, function(field, member)
				if field.kind == "interface" then
					out:put(indent .. "caps[" .. field.offset .. "] = " .. member .. ";")
				else
					out:put(indent .. "words[" .. place(field) .. "] |= " .. to_word(field, member) .. ";")
				end
			end, function(struct, member)
				local word, shift = which_place(struct)
				out:put(string.format("%swords[%d] |= (uint64_t)(uint16_t)%swhich << %d;", indent,
					word, member, shift))
				inner[#inner + 1] = { struct = struct, member = member }
			end)
			put_pack_unions(out, inner, tabs + 1)
		end)
	end
end

function pack.put_pack(out, struct)
	local terms, caps, unions = {}, {}, {}
	for i = 0, struct.data_words - 1 do
		terms[i] = {}
	end
	walk(struct, "from->", function(field, member)
		if field.kind == "interface" then
			caps[field.offset] = member
		else
			table.insert(terms[place(field)], to_word(field, member))
		end
	end, function(inner, member)
		local word, shift = which_place(inner)
		table.insert(terms[word], "(uint64_t)(uint16_t)" .. member .. "which"
			.. (shift > 0 and " << " .. shift or ""))
		unions[#unions + 1] = { struct = inner, member = member }
	end)
	out:put("static inline void " .. struct.c .. "_pack(const struct " .. struct.c .. " *from,")
	out:put((" "):rep(#("static inline void " .. struct.c .. "_pack("))
		.. "uint64_t words[], cap_t caps[])\n{")
	if struct.empty then
		out:put("\t(void)from;")
	end
	if struct.data_words == 0 then
		out:put("\t(void)words;")
	end
	if struct.pointer_count == 0 then
		out:put("\t(void)caps;")
	end
	for i = 0, struct.data_words - 1 do
		local sum = #terms[i] > 0 and table.concat(terms[i], "\n\t           | ") or "0"
		out:put("\twords[" .. i .. "] = " .. sum .. ";")
	end
	for i = 0, struct.pointer_count - 1 do
		out:put("\tcaps[" .. i .. "] = " .. (caps[i] or "(cap_t){ 0 }") .. ";")
	end
	put_pack_unions(out, unions, 1)
	out:put("}")
end

local function put_unpack_fields(out, struct, path, tabs)
	local indent = ("\t"):rep(tabs)
	local unions = {}
	walk(struct, path, function(field, member)
		local cap = field.kind == "interface" and "caps[" .. field.offset .. "]"
		local value = cap or from_word(field)
		out:put(indent .. member .. " = " .. value .. ";")
	end, function(inner, member)
		local word, shift = which_place(inner)
		out:put(string.format("%s%swhich = (enum %s_which)(uint16_t)%s;", indent, member, inner.c,
			shift > 0 and string.format("(words[%d] >> %d)", word, shift) or "words[" .. word .. "]"))
		unions[#unions + 1] = { struct = inner, member = member }
	end)
	for _, union in ipairs(unions) do
		put_cases(out, union.struct, union.member, tabs, function(body)
			put_unpack_fields(out, body, union.member, tabs + 1)
		end)
	end
end

function pack.put_unpack(out, struct)
	out:put("static inline void " .. struct.c .. "_unpack(const uint64_t words[], const cap_t caps[],")
	out:put((" "):rep(#("static inline void " .. struct.c .. "_unpack(")) .. "struct " .. struct.c
		.. " *out)\n{")
	if struct.data_words == 0 then
		out:put("\t(void)words;")
	end
	if struct.pointer_count == 0 then
		out:put("\t(void)caps;")
	end
	if struct.empty then
		out:put("\t(void)out;")
	elseif view.has_union(struct) then
		out:put("\t*out = (struct " .. struct.c .. "){ 0 };")
	end
	put_unpack_fields(out, struct, "out->", 1)
	out:put("}")
end

return pack
