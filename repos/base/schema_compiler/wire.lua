-- SPDX-License-Identifier: MIT
-- Reads a Cap'n Proto message: the stream framing, far pointers, structs and lists.
--
-- Only what `capnp compile -o-` sends is needed, from a program we trust: a
-- malformed message ends in an error, not in a diagnosis.

local wire = {}

local struct = {}
struct.__index = struct

local function segments_of(stream)
	local segment_count = string.unpack("<I4", stream) + 1
	local position = 4 * (1 + segment_count)
	position = position + position % 8 + 1
	local segments = {}
	for i = 1, segment_count do
		local size = 8 * string.unpack("<I4", stream, 1 + 4 * i)
		segments[i] = stream:sub(position, position + size - 1)
		assert(#segments[i] == size, "the request is truncated")
		position = position + size
	end
	return segments
end

-- Follows far pointers; answers segment, byte of the content and the pointer describing it.
local function follow(segments, segment, byte)
	local pointer = string.unpack("<i8", segments[segment], byte + 1)
	if pointer & 3 ~= 2 then
		local offset = (pointer << 32) >> 34
		if offset >= 1 << 29 then
			offset = offset - (1 << 30)
		end
		return segment, byte + 8 + 8 * offset, pointer
	end
	local pad_segment = (pointer >> 32) + 1
	local pad = 8 * ((pointer & 0xffffffff) >> 3)
	if pointer & 4 == 0 then
		return follow(segments, pad_segment, pad)
	end
	local far, tag = string.unpack("<i8 i8", segments[pad_segment], pad + 1)
	return (far >> 32) + 1, 8 * ((far & 0xffffffff) >> 3), tag
end

local function struct_at(segments, segment, byte, data_words, pointer_count)
	return setmetatable({
		segments = segments,
		segment = segment,
		data = byte,
		data_size = 8 * data_words,
		pointers = byte + 8 * data_words,
		pointer_count = pointer_count,
	}, struct)
end

local function struct_behind(segments, segment, byte)
	local to_segment, to_byte, pointer = follow(segments, segment, byte)
	return struct_at(segments, to_segment, to_byte, pointer >> 32 & 0xffff, pointer >> 48 & 0xffff)
end

-- The root struct of a framed message.
function wire.root(stream)
	assert(#stream >= 16, "no request on standard input")
	return struct_behind(segments_of(stream), 1, 0)
end

-- A number at a byte of the data section, in the notation of string.unpack; 0 beyond its end.
function struct:number(format, byte)
	if byte + string.packsize(format) > self.data_size then
		return 0
	end
	return (string.unpack(format, self.segments[self.segment], self.data + byte + 1))
end

function struct:bit(bit)
	return self:number("<I1", bit // 8) >> bit % 8 & 1 == 1
end

local function pointer_of(self, index)
	if index >= self.pointer_count then
		return nil
	end
	local byte = self.pointers + 8 * index
	if string.unpack("<i8", self.segments[self.segment], byte + 1) == 0 then
		return nil
	end
	return byte
end

function struct:has(index)
	return pointer_of(self, index) ~= nil
end

function struct:struct(index)
	local byte = pointer_of(self, index)
	if not byte then
		return struct_at(self.segments, 1, 0, 0, 0)
	end
	return struct_behind(self.segments, self.segment, byte)
end

local function bytes_behind(self, index)
	local byte = pointer_of(self, index)
	if not byte then
		return nil
	end
	local segment, at, pointer = follow(self.segments, self.segment, byte)
	return self.segments[segment]:sub(at + 1, at + (pointer >> 35))
end

function struct:text(index)
	local bytes = bytes_behind(self, index)
	return bytes and bytes:sub(1, -2) or ""
end

function struct:blob(index)
	return bytes_behind(self, index) or ""
end

-- A list of structs as an array.
function struct:list(index)
	local items = {}
	local byte = pointer_of(self, index)
	if not byte then
		return items
	end
	local segment, at, pointer = follow(self.segments, self.segment, byte)
	assert(pointer >> 32 & 7 == 7, "a list of structs was expected")
	local tag = string.unpack("<i8", self.segments[segment], at + 1)
	local data_words, pointer_count = tag >> 32 & 0xffff, tag >> 48 & 0xffff
	for i = 0, ((tag & 0xffffffff) >> 2) - 1 do
		local start = at + 8 + 8 * i * (data_words + pointer_count)
		items[i + 1] = struct_at(self.segments, segment, start, data_words, pointer_count)
	end
	return items
end

return wire
